"""What differs between two scripts, for people who read: wordings word by word in every language, conditions, choices.

Things are told apart by their names, as analysis tells them apart: one under another name is another one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from typing import Any

from tracer.interview.reworded import Piece, words_between
from tracer.interview.script import Choice, Item, Repeat, Script, Section

Spoken = Item | Repeat | Section | Choice
# What is compared word by word; every other part but these is a rule, which changed or did not.
_WORDS = ("label", "hint", "guidance", "constraint_message", "required_message")
_NO_RULE = {"name", "words", "choices", "items", *_WORDS}
_PLAIN = {True: "yes", False: "no"}


@dataclass(frozen=True)
class Said:
    """A wording that changed: which (label, hint …), in which language."""

    what: str
    language: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Rule:
    """A part that changed which nobody says: when it is asked, what fits, which field it fills. Blank is none."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Option:
    """A choice that was added, removed or changed; one that only stands elsewhere is `moved`."""

    name: str
    how: str
    label: str
    said: tuple[Said, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Thing:
    """A section, a list, a question or a note that is `added`, `removed` or `changed`, and in what.

    `label` is what it says now (or said, where it is removed), `where` the section it stands in; `moved_from` the
    section that it stood in, where it stands elsewhere now.
    """

    name: str
    kind: str
    how: str
    label: str
    where: str
    moved_from: str | None = None
    said: tuple[Said, ...] = ()
    rules: tuple[Rule, ...] = ()
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Difference:
    """All of it: what differs of the script as a whole, and its things in the order of the new one."""

    rules: tuple[Rule, ...]
    things: tuple[Thing, ...]

    def __bool__(self) -> bool:
        return bool(self.rules or self.things)

    def counts(self) -> dict[str, int]:
        """How many things were added, removed, reworded and moved, and of how many the rules or choices changed."""
        changed = [one for one in self.things if one.how == "changed"]
        return {
            "added": sum(one.how == "added" for one in self.things),
            "removed": sum(one.how == "removed" for one in self.things),
            "reworded": sum(bool(one.said) for one in changed),
            "moved": sum(one.moved_from is not None for one in changed),
            "with other conditions": sum(bool(one.rules) for one in changed),
            "with other choices": sum(bool(one.options) for one in changed),
        }


@dataclass(frozen=True)
class _Entry:
    """A thing where it stands in its script."""

    one: Item | Repeat | Section
    where: str
    kind: str


def between(old: Script, new: Script) -> Difference:
    """What differs between two scripts."""
    old, new = old.in_language(old.languages[0]), new.in_language(new.languages[0])
    return Difference(tuple(_of_whole(old, new)), tuple(_things(old, new)))


def of_one(old: Script | None, new: Script, name: str) -> Thing | None:
    """What differs in the one thing of that name; None where nothing does, or neither has it."""
    before = _entries(old.in_language(old.languages[0])).get(name) if old else None
    now = _entries(new.in_language(new.languages[0])).get(name)
    code = new.languages[0]
    moved = before is not None and now is not None and before.where != now.where
    return _thing(before, now, code, before.where if before and moved else None) if before or now else None


def in_both(one: Thing | None, other: Thing | None) -> Thing | None:
    """The part of a thing's changes that is a change from something else too; None where nothing is."""
    if one is None or other is None:
        return None
    said = {(each.what, each.language) for each in other.said}
    rules, options = {each.what for each in other.rules}, {each.name for each in other.options}
    left = replace(
        one,
        moved_from=one.moved_from if other.moved_from is not None else None,
        said=tuple(each for each in one.said if (each.what, each.language) in said),
        rules=tuple(each for each in one.rules if each.what in rules),
        options=tuple(each for each in one.options if each.name in options),
    )
    return None if _is_empty(left) else left


def _is_empty(thing: Thing) -> bool:
    return thing.how == "changed" and thing.moved_from is None and not (thing.said or thing.rules or thing.options)


def _of_whole(old: Script, new: Script) -> Iterator[Rule]:
    for what in ("title", "form_id", "version"):
        if getattr(old, what) != getattr(new, what):
            yield Rule(what, getattr(old, what), getattr(new, what))
    for what in ("languages", "unchecked"):
        before, now = ", ".join(getattr(old, what)), ", ".join(getattr(new, what))
        if before != now:
            yield Rule(what, before, now)


def _entries(script: Script) -> dict[str, _Entry]:
    found = {item.name: _Entry(item, "", "value") for item in script.hidden}
    for section in script.sections:
        found[section.name] = _Entry(section, "", "section")
        for one in section.items:
            found[one.name] = _Entry(one, section.label, _kind(one))
            for inner in one.items if isinstance(one, Repeat) else ():
                found[inner.name] = _Entry(inner, f"{section.label}: {one.label}", _kind(inner))
    return found


def _kind(one: Item | Repeat) -> str:
    if isinstance(one, Repeat):
        return "list"
    if one.is_question:
        return "question"
    return {"note": "note" if one.spoken else "instruction"}.get(one.kind, "value")


def _things(old: Script, new: Script) -> Iterator[Thing]:
    before, now, code = _entries(old), _entries(new), new.languages[0]
    left, right = list(before), list(now)
    for how, start, end, start_new, end_new in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if how != "equal":
            gone = [name for name in left[start:end] if name not in now]
            yield from (thing for name in gone if (thing := _thing(before[name], None, code)))
        for name in right[start_new:end_new]:
            was = before.get(name)
            moved = was is not None and (how != "equal" or was.where != now[name].where)
            if thing := _thing(was, now[name], code, was.where if was and moved else None):
                yield thing


def _thing(old: _Entry | None, new: _Entry | None, code: str, moved_from: str | None = None) -> Thing | None:
    entry = new or old
    assert entry is not None
    before, now = old.one if old else None, new.one if new else None
    how = "changed" if before and now else "added" if now else "removed"
    thing = Thing(
        name=entry.one.name,
        kind=entry.kind,
        how=how,
        label=entry.one.label,
        where=entry.where,
        moved_from=moved_from,
        said=tuple(_said(before, now, code)),
        rules=tuple(_rules(before, now)),
        options=tuple(_options(before, now, code)),
    )
    return None if _is_empty(thing) else thing


def _said(old: Spoken | None, new: Spoken | None, code: str) -> Iterator[Said]:
    before, now = _wordings(old, code), _wordings(new, code)
    for key in dict.fromkeys([*now, *before]):
        if before.get(key, "") != now.get(key, ""):
            yield Said(*key, words_between(before.get(key, ""), now.get(key, "")))


def _wordings(one: Spoken | None, code: str) -> dict[tuple[str, str], str]:
    if one is None:
        return {}
    found = {(what, code): str(getattr(one, what, "")) for what in _WORDS}
    others: Mapping[str, Mapping[str, str]] = one.words
    found |= {(what, other): text for other, said in others.items() for what, text in said.items()}
    return {key: text for key, text in found.items() if text}


def _rules(old: Spoken | None, new: Spoken | None) -> Iterator[Rule]:
    one = new or old
    assert one is not None
    for part in fields(one):
        if part.name in _NO_RULE:
            continue
        usual = _plain(part.default)
        before = _plain(getattr(old, part.name)) if old else usual
        now = _plain(getattr(new, part.name)) if new else usual
        if before != now and not (old is None and part.name == "kind"):
            yield Rule(part.name, before, now)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _PLAIN[value]
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {text}" for name, text in value.items())
    return value if isinstance(value, str) else ""


def _options(old: Spoken | None, new: Spoken | None, code: str) -> Iterator[Option]:
    before, now = ({choice.name: choice for choice in getattr(one, "choices", ())} for one in (old, new))
    matcher = SequenceMatcher(None, list(before), list(now), autojunk=False)
    stayed = {name for at, _, size in matcher.get_matching_blocks() for name in list(before)[at : at + size]}
    for name in dict.fromkeys([*now, *before]):
        was, becomes = before.get(name), now.get(name)
        choice = becomes or was
        assert choice is not None
        if was is None or becomes is None:
            yield Option(name, "removed" if was else "added", choice.label)
            continue
        said, rules = tuple(_said(was, becomes, code)), tuple(_rules(was, becomes))
        if said or rules or name not in stayed:
            yield Option(name, "changed" if said or rules else "moved", choice.label, said, rules)
