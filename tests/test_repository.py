"""What holds for every file of the repository: nothing points to one machine or to one place to download from."""

import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent

# Written in pieces, so that this file does not find itself.
REGISTRIES = [
    ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"),
    ("pypi", "org"),
    ("files", "pythonhosted", "org"),
    ("deb", "debian", "org"),
]
MACHINE_FOLDERS = ["work", "root"]
FORBIDDEN = re.compile(
    "|".join(
        [r"(?<![\w-])" + r"\.".join(parts) for parts in REGISTRIES]
        + [rf"(?<![\w.}}/-])/{folder}/" for folder in MACHINE_FOLDERS]
    )
)


def repository_files() -> list[Path]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = []
    for path in repository_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match.group(0)}"
            for match in FORBIDDEN.finditer(text)
        ]
    assert not found, "\n".join(found)


PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
LARGEST_PICTURE, WIDEST_PICTURE = 300_000, 1280


def test_every_picture_of_the_documentation_exists_says_what_it_shows_and_is_used() -> None:
    files = repository_files()
    used, wrong = set(), []
    for page in [path for path in files if path.suffix == ".md"]:
        for says, target in PICTURE.findall(page.read_text(encoding="utf-8")):
            picture = (page.parent / target).resolve()
            used.add(picture)
            if picture not in files or not says.strip():
                wrong.append(f"{page.relative_to(ROOT)}: {target}")
    kept = [path for path in files if path.is_relative_to(ROOT / "docs") and path.suffix in {".png", ".jpg", ".svg"}]
    assert not wrong, "\n".join(wrong)
    assert not [str(path) for path in kept if path not in used]
    for path in kept:
        if path.suffix != ".svg":
            with Image.open(path) as picture:
                assert picture.width <= WIDEST_PICTURE, path
            assert path.stat().st_size <= LARGEST_PICTURE, path


def test_the_lockfile_names_checksums_but_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert not [name for name, package in installed.items() if "resolved" in package]
    assert not [name for name, package in installed.items() if "integrity" not in package]


# What the standard publiccode.yml 0.4 demands at the top level, and what else it knows there.
PUBLICCODE_REQUIRED = {
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal",
    "maintenance",
    "localisation",
}
PUBLICCODE_OPTIONAL = {
    "applicationSuite",
    "landingURL",
    "isBasedOn",
    "softwareVersion",
    "releaseDate",
    "logo",
    "monochromeLogo",
    "inputTypes",
    "outputTypes",
    "categories",
    "usedBy",
    "roadmap",
    "intendedAudience",
    "dependsOn",
}
PUBLICCODE_LENGTHS = {"genericName": (1, 35), "shortDescription": (1, 150), "longDescription": (150, 10_000)}


def test_publiccode_keeps_to_the_keys_and_lengths_of_its_standard() -> None:
    """Read by its indentation: a parser of YAML would be a dependency for this one file."""
    lines = (ROOT / "publiccode.yml").read_text(encoding="utf-8").splitlines()
    keys = {line.partition(":")[0] for line in lines if re.match(r"\w", line)}
    assert keys >= PUBLICCODE_REQUIRED
    assert keys <= PUBLICCODE_REQUIRED | PUBLICCODE_OPTIONAL
    found = []
    for number, line in enumerate(lines):
        key, _colon, value = line.strip().partition(": ")
        if key not in PUBLICCODE_LENGTHS:
            continue
        if value == ">-":
            folded = itertools.takewhile(lambda text: text.startswith(" " * 6), lines[number + 1 :])
            value = " ".join(text.strip() for text in folded)
        shortest, longest = PUBLICCODE_LENGTHS[key]
        assert shortest <= len(value) <= longest, f"{key} has {len(value)} characters: {value}"
        found.append(key)
    assert sorted(found) == sorted([*PUBLICCODE_LENGTHS] * 2), "both languages have all three texts"


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-node"])
def test_every_python_package_is_pinned_with_a_checksum(name: str) -> None:
    lines = (ROOT / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    packages = [line for line in lines if line.strip() and not line.startswith("#")]
    assert packages
    assert not [line[:60] for line in packages if "==" not in line or "--hash=sha256:" not in line]
