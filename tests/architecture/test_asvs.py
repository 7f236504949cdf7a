"""The register of security requirements: whole, each once, and every test and file that it names is there."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
NUMBERS = Path(__file__).with_name("asvs.txt")
_ROW = re.compile(r"\| ([\d.]+) \| (\d) \| ([^|]+) \| (test|file|not here|not yet) \| ([^|]+) \|")
# Ways to run text as code, and readers that make objects of it.
_RUNS = re.compile(
    r"\b(?:eval|exec|os\.system|os\.popen|subprocess|pickle|marshal\.loads|shelve|yaml\.load|from_string)\b"
    r"|\|\s*safe\b|re\.(?:compile|search|match|fullmatch|sub)\(\s*(?:f\"|[a-z_]+\s*\+)"
)


def register() -> list[tuple[str, str, str, str, str]]:
    """The rows: number, level, what it asks, status, what shows it."""
    lines = [line for line in (ROOT / "docs/asvs.md").read_text().splitlines() if re.match(r"\| \d", line)]
    found = [(_ROW.fullmatch(line), line) for line in lines]
    assert [line for match, line in found if match is None] == []
    return [match.groups() for match, _ in found if match]  # type: ignore[misc]


def _tests_of(path: Path) -> set[str]:
    """The tests that a file has, by its source."""
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_requirement_is_in_the_register_once() -> None:
    wanted = [tuple(line.split()) for line in NUMBERS.read_text().splitlines() if not line.startswith("#")]
    assert [(number, level) for number, level, *_ in register()] == wanted
    assert len({number for number, _ in wanted}) == len(wanted) == 259


def test_what_the_register_names_is_there() -> None:
    missing = []
    for number, _, _, status, shown in register():
        if status not in {"test", "file"}:
            missing += [number] if "`" in shown else []
            continue
        for named in re.findall("`([^`]+)`", shown) or [""]:
            path, _, test = named.partition("::")
            there = bool(path) and (ROOT / path).is_file()
            if not there or (status == "test") != bool(test) or (test and test not in _tests_of(ROOT / path)):
                missing.append(f"{number}: {named}")
    assert missing == []


def test_what_is_not_yet_is_counted() -> None:
    """Not a failure: a number to bring down, said where it is seen, and written under the heading of the register."""
    counted = Counter(status for *_, status, _ in register())
    print(f"ASVS 5.0: {dict(counted)}")
    said = re.search(r"Of 259: (\d+) by a test, (\d+) by a file, (\d+) not here, (\d+) not yet\.", _page())
    assert said, "Say so at the top of docs/asvs.md."
    assert [int(one) for one in said.groups()] == [counted[one] for one in ("test", "file", "not here", "not yet")]


def _page() -> str:
    return " ".join((ROOT / "docs/asvs.md").read_text().split())


def test_the_source_runs_no_text_as_code() -> None:
    """No shell, no eval, no pickles, no template or pattern made of input; nothing in a page is said to be safe."""
    sources = [*(ROOT / "tracer").rglob("*.py"), *(ROOT / "tracer").rglob("*.html")]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if _RUNS.search(line)
    ]
    assert found == []


def test_scripts_keep_nothing_in_the_browser() -> None:
    scripts = (ROOT / "tracer/web/static").glob("*.js")
    assert [path.name for path in scripts if re.search("Storage|indexedDB|document.cookie", path.read_text())] == []
