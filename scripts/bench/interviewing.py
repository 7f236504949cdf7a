"""What the benches of the interview share: scripts of any size, written as forms."""

import random

SIGNS = ("fever", "cough", "smell", "ache", "rash")
_KINDS = ("select_one yes_no", "integer", "text", "date", "select_multiple sign", "select_one yes_no")


def form(questions: int, conditions: int, *, sections: int = 1, seed: int = 1) -> str:
    """A form as Markdown tables: so many questions in all, of which so many rows carry an expression.

    Conditions look at questions before them, as scripts do: lists by name, ages by size, days against today; every
    tenth row is a note with a name and a day in it.
    """
    chance, rows, names = random.Random(seed), list[str](), list[tuple[str, str]]()
    header = "| type | name | label | hint | required | relevant | constraint | constraint_message | calculation |"
    rows += [header, "|" + "---|" * 9]
    rows += ["| calculate | given_name | Name | | | | | | 'Amara' |"]
    each = -(-questions // sections)
    at = 0
    for section in range(sections):
        rows.append(f"| begin_group | part_{section} | Part {section} | | | | | | |")
        for _ in range(min(each, questions - at)):
            kind, name = _KINDS[at % len(_KINDS)], f"q{at}"
            relevant = _condition(names, chance) if at and at % questions < conditions else ""
            constraint, message = (". <= today()", "Not to come.") if kind == "date" else ("", "")
            label = f"${{given_name}}, what about {at}?" if at % 10 == 0 else f"What about the {at}th thing?"
            rows.append(f"| {kind} | {name} | {label} | Help {at} | yes | {relevant} | {constraint} | {message} | |")
            names.append((name, kind))
            at += 1
        rows.append("| end_group | | | | | | | | |")
    choices = ["| list_name | name | label |", "|---|---|---|", "| yes_no | yes | Yes |", "| yes_no | no | No |"]
    choices += [f"| sign | {sign} | {sign.title()} |" for sign in SIGNS]
    settings = ["| form_title | form_id | version |", "|---|---|---|", "| Bench | bench | 1 |"]
    return "\n".join(["## survey", *rows, "## choices", *choices, "## settings", *settings])


def _condition(names: list[tuple[str, str]], chance: random.Random) -> str:
    """One or two comparisons with questions not far before."""
    near = names[-12:]
    parts = [_comparison(*chance.choice(near), chance) for _ in range(chance.choice((1, 1, 2)))]
    return chance.choice((" and ", " or ")).join(parts)


def _comparison(name: str, kind: str, chance: random.Random) -> str:
    if kind == "integer":
        return f"${{{name}}} >= {chance.randint(1, 60)}"
    if kind == "date":
        return f"${{{name}}} <= today() - {chance.randint(1, 9)}"
    if kind.startswith("select_multiple"):
        return f"selected(${{{name}}}, '{chance.choice(SIGNS)}')"
    return f"${{{name}}} != 'no'" if kind.startswith("select") else f"${{{name}}} != ''"


def answers(questions: int) -> dict[str, str | list[str]]:
    """An answer to every question, of its kind."""
    given = {
        "select_one yes_no": "yes",
        "integer": "41",
        "text": "Wren Street",
        "date": "2026-03-01",
        "select_multiple sign": ["fever", "cough"],
    }
    return {f"q{at}": given[_KINDS[at % len(_KINDS)]] for at in range(questions)}
