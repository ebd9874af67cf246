"""The checkout in a QGIS profile.

qgis_profile.py run             your own QGIS with the plugin, in build/profile
qgis_profile.py link [FOLDER]   a link in a profile (default: your default one)
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "sentinel_portals"
SETTINGS = f"""[PythonPlugins]
{PACKAGE}=true
processing=true

[core]
NewsFeed\\httpsfeedqgisorg\\disabled=true

[qgis]
checkVersion=false
showTips=false
"""


def default_profile():
    """Where this platform keeps the default profile."""
    home = Path.home()
    base = {
        "darwin": home / "Library/Application Support",
        "win32": Path(os.environ.get("APPDATA", home / "AppData/Roaming")),
    }.get(sys.platform, Path(os.environ.get("XDG_DATA_HOME", home / ".local/share")))
    return base / "QGIS" / "QGIS3" / "profiles" / "default"


def link(profile, source=ROOT):
    """A link to the checkout among the plugins of a profile. Never replaces an installed plugin."""
    target = Path(profile) / "python" / "plugins" / PACKAGE
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink():
        target.unlink()
    if target.exists():
        raise FileExistsError(f"{target} is an installed copy; please remove it first")
    target.symlink_to(source, target_is_directory=True)
    return target


def make(profiles, name="default", source=ROOT, settings=SETTINGS):
    """A profile under --profiles-path with the plugin linked and switched on."""
    profile = Path(profiles) / "profiles" / name
    link(profile, source)
    ini = profile / "QGIS" / "QGIS3.ini"
    if not ini.exists():
        ini.parent.mkdir(parents=True, exist_ok=True)
        ini.write_text(settings, "utf-8")
    return profile


def run():
    qgis = shutil.which("qgis") or shutil.which("qgis-ltr")
    if not qgis:
        sys.exit("run: no qgis found on the PATH")
    profiles = ROOT / "build" / "profile"
    print(f"run: QGIS with the plugin in the profile {make(profiles).relative_to(ROOT)}")
    return subprocess.run([qgis, "--profiles-path", profiles, "--profile", "default"]).returncode


def main(what, *folder):
    if what == "run":
        return run()
    print(f"link: {link(folder[0] if folder else default_profile())} -> {ROOT}")
    print("      now tick Sentinel Portals in QGIS, Plugins > Manage and Install Plugins")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
