"""scripts/side_venv.py: environments of their own for heavy tools."""

import pytest

from sentinel_portals.scripts import side_venv


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """What would be run, in an empty checkout that wants one library."""
    ran = []

    def run(*command):
        ran.append(command)
        (tmp_path / ".venv-lab").mkdir(exist_ok=True)

    monkeypatch.setattr(side_venv, "ROOT", tmp_path)
    monkeypatch.setattr(side_venv, "run", run)
    (tmp_path / "requirements-lab.txt").write_text("uvicorn\n")
    return ran


def test_an_environment_is_made_once(commands):
    side_venv.side_venv("lab")
    made = len(commands)
    side_venv.side_venv("lab")
    assert len(commands) == made == 2


def test_it_is_made_anew_when_it_has_other_things_to_hold(commands, tmp_path):
    side_venv.side_venv("lab")
    (tmp_path / "requirements-lab.txt").write_text("uvicorn\npystac\n")
    side_venv.side_venv("lab")
    assert len(commands) == 4


def test_what_pip_says_is_passed_on():
    with pytest.raises(side_venv.CannotInstall, match="no such thing"):
        side_venv.run("sh", "-c", "echo no such thing >&2; exit 1")
