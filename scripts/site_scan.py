"""What plugins.qgis.org checks when a zip is uploaded, run here on the zip.

The rules are those of the site's sources (qgis/QGIS-Plugins-Website, qgis-app/plugins:
validator.py, security_scanner.py, management/commands/data/*.json). The site lets a plugin through
when one of its tools does not answer; here that is a failure. What is left out is named with its
reason.

    site_scan.py PLUGIN.zip      exit 0: nothing found
"""

import configparser
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

# The site's enabled rules. Off there: B109, B404, B410, B411, IPPublicDetector, style codes.
BANDIT = """
    B101 B102 B103 B104 B105 B106 B107 B108 B110 B111 B112 B113 B201 B202 B301 B302 B303 B304 B305
    B306 B307 B308 B310 B311 B312 B313 B314 B315 B316 B317 B318 B319 B320 B321 B323 B324 B401 B402
    B403 B405 B406 B407 B408 B409 B412 B413 B501 B502 B503 B504 B505 B506 B507 B508 B509 B601 B602
    B603 B604 B605 B606 B607 B608 B609 B610 B611 B612 B613 B614 B615 B701 B702 B703 B704
""".split()
FLAKE8 = """
    E101 E711 E712 E713 E714 E721 E722 E731 E741 E742 E743 E901 E902 E999 W605
    F402 F403 F404 F405 F811 F821 F822 F823 F831 F901 C901
""".split()
SECRETS_OFF = ["IPPublicDetector"]

MOST_BYTES = 25_000_000
FORBIDDEN_FOLDERS = {"__MACOSX", ".git", "__pycache__"}
SUSPICIOUS = (".exe", ".dll", ".so", ".dylib", ".bat", ".sh", ".ps1", ".cmd", ".pyc", ".pyd")
REQUIRED = """
    name description version qgisMinimumVersion author email about tracker repository homepage
""".split()

# A finding that is let through in the code names its rule and says why.
WAVED_THROUGH = re.compile(r"#\s*(nosec|pragma: allowlist)")
WITH_REASON = re.compile(r"#\s*(nosec( B\d{3})+|pragma: allowlist \w+)\W+\w+ \w+")


def python(*arguments, cwd):
    """One of the tools, by the Python that runs this; a tool that says nothing has failed."""
    command = [sys.executable, "-P" if sys.version_info >= (3, 11) else "-s", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


@lru_cache
def known_to_bandit():
    """The tests that this bandit lists in its help."""
    return set(re.findall(r"\bB\d{3}\b", python("-m", "bandit", "--help", cwd=None).stdout))


def bandit(folder):
    """Bandit with the site's list of tests."""
    tests = sorted(set(BANDIT) & known_to_bandit())
    done = python("-m", "bandit", "-r", ".", "-q", "-f", "json", "-t", ",".join(tests), cwd=folder)
    report = json.loads(done.stdout)
    for fault in report["errors"]:
        yield f"{fault['filename']}: {fault['reason']}"
    for hit in report["results"]:
        yield f"{hit['filename']}:{hit['line_number']}: {hit['test_id']} {hit['issue_text']}"


def secrets(folder):
    """detect-secrets; it always exits 0, so its report is what counts."""
    options = [f"--disable-plugin={plugin}" for plugin in SECRETS_OFF]
    command = ["-m", "detect_secrets", "scan", "--all-files", "--exclude-files", r"metadata\.txt"]
    done = python(*command, *options, ".", cwd=folder)
    for name, hits in json.loads(done.stdout)["results"].items():
        for hit in hits:
            yield f"{name}:{hit['line_number']}: {hit['type']}"


def flake8(folder):
    """flake8 with the codes that are on."""
    options = ["--isolated", "--max-line-length=120", f"--select={','.join(FLAKE8)}"]
    done = python("-m", "flake8", *options, ".", cwd=folder)
    if done.stderr or done.returncode not in (0, 1):
        yield f"flake8 failed: {done.stderr.strip()}"
    yield from done.stdout.splitlines()


def waved_through(folder):
    """Comments that silence a tool must name the rule and give a reason."""
    for path, number, line in comments(folder):
        if not WITH_REASON.search(line):
            yield f"{path}:{number}: silenced without rule and reason: {line.strip()}"


def comments(folder):
    for path in sorted(folder.rglob("*.py")):
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if WAVED_THROUGH.search(line):
                yield path.relative_to(folder), number, line


def files(archive):
    """What may be in the zip and where."""
    names = archive.namelist()
    top = names[0].split("/")[0]
    if len({name.split("/")[0] for name in names}) > 1:
        yield "more than one top folder"
    if not top.isidentifier():
        yield f"{top}: the top folder is no Python identifier"
    if sum(info.compress_size for info in archive.infolist()) > MOST_BYTES:
        yield f"larger than {MOST_BYTES / 1e6:.0f} MB"
    for needed in ("__init__.py", "metadata.txt", "LICENSE"):
        if f"{top}/{needed}" not in names:
            yield f"{needed} is missing"
    for info in archive.infolist():
        name = info.filename
        base = name.rstrip("/").split("/")[-1]
        if FORBIDDEN_FOLDERS & set(name.split("/")) or ".." in name or name.startswith("/"):
            yield f"{name}: forbidden folder"
        if base.lower().endswith(SUSPICIOUS):
            yield f"{name}: suspicious type of file"
        if base.startswith("."):
            yield f"{name}: hidden file"
        if info.external_attr >> 16 & 0o111 and not info.is_dir():
            yield f"{name}: executable"


def metadata(archive):
    """metadata.txt: complete, plain text, in the site's spelling."""
    names = archive.namelist()
    top = names[0].split("/")[0]
    if f"{top}/metadata.txt" not in names:
        return
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(archive.read(f"{top}/metadata.txt").decode("utf-8"))
    said = dict(parser["general"]) if parser.has_section("general") else {}
    for key in REQUIRED:
        if not said.get(key):
            yield f"{key} is missing"
    for key in ("description", "about"):
        if re.search(r"<[a-z/][^>]*>", said.get(key, "")):
            yield f"{key} holds HTML"
    for key in ("tracker", "repository", "homepage"):
        link = urlsplit(said.get(key, ""))
        if link.scheme != "https" or not link.netloc:
            yield f"{key} is no link"
    if "/" in said.get("author", ""):
        yield "author holds a slash"
    if "plugin" in said.get("name", "").lower():
        yield "name says plugin"
    if not re.fullmatch(r"\d+(\.\d+)+", said.get("version", "")):
        yield "version is no number"
    elif said["version"] not in said.get("changelog", ""):
        yield f"changelog does not tell of {said['version']}"
    if not said.get("qgisMaximumVersion", "").startswith("4."):
        yield "qgisMaximumVersion hides the plugin from QGIS 4"
    if said.get("icon") and f"{top}/{said['icon']}" not in names:
        yield f"icon {said['icon']} is not in the package"


def left_out(folder):
    """What is not looked at, and why."""
    for rule in sorted(set(BANDIT) - known_to_bandit()):
        yield f"bandit {rule}: no longer in this bandit"
    yield "detect-secrets on metadata.txt and public IP addresses: the site leaves them out as well"
    yield "whether the links of metadata.txt answer: the checks stay off the network"
    for path, number, line in comments(folder):
        yield f"{path}:{number}: {line[WAVED_THROUGH.search(line).start() :].strip()}"


def scan(package):
    """Everything found: {check: [findings]}, and what was left out."""
    with zipfile.ZipFile(package) as archive, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        archive.extractall(home)
        on_files = {"bandit": bandit, "detect-secrets": secrets, "flake8": flake8}
        on_files["reasons"] = waved_through
        found = {name: list(check(home)) for name, check in on_files.items()}
        found["files"] = list(files(archive))
        found["metadata"] = list(metadata(archive))
        return found, list(left_out(home))


def main(package):
    found, skipped = scan(package)
    print(f"site scan of {package}")
    for name, findings in found.items():
        print(f"  {name}: {len(findings)} found")
        for finding in findings:
            print(f"    {finding}")
    for reason in skipped:
        print(f"  left out: {reason}")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
