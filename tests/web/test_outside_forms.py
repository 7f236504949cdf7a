"""Forms that were written elsewhere: each is sent, previewed, approved and conducted, or refused with its places named.

`TRACER_FORMS` is a folder of them (`scripts/prove/forms`). None of other people's is kept here: without it there is one
that is written as theirs are, with loose questions, other names for the columns, and nothing of a record.
"""

import html
import os
from pathlib import Path

import pytest

from tests.interviewing import begin, complete
from tests.scripting import ask, decide, send, workbook
from tests.site import Site
from tests.web.test_interviews import held_case
from tests.web.test_script_preview import Walk
from tests.web.test_scripts import count
from tracer.interview import xlsform
from tracer.interview.compiled import Compiled

SHEETS = {
    "survey": [
        ["type", "name", "label::English (en)", "relevant", "required", "constraint", "constraint message"],
        ["text", "visitor", "Who came to the kitchen?", "", "yes", "", ""],
        ["select one from fruit or specify other", "eaten", "What did they eat?", "", "true()", "", ""],
        ["integer", "pieces", "How many?", "${eaten} != 'none'", "yes", ". > 0 and . < 100", "Between 1 and 99."],
        ["note", "thanks", "Thank you, ${visitor}.", "", "", "", ""],
    ],
    "choices": [
        ["list name", "name", "label::English (en)"],
        ["fruit", "plum", "A plum"],
        ["fruit", "none", "Nothing"],
    ],
    "settings": [["title", "id_string", "default_language"], ["Kitchen visits", "kitchen", "English (en)"]],
}
BROKEN = {**SHEETS, "settings": [["id_string"], [""]]}


FOLDER = os.environ.get("TRACER_FORMS")
FORMS = (
    {one.name: one.read_bytes() for one in sorted(Path(FOLDER).glob("*.xlsx"))}
    if FOLDER
    else {"kitchen.xlsx": workbook(SHEETS), "without a title.xlsx": workbook(BROKEN)}
)


@pytest.mark.parametrize("name", FORMS)
def test_it_runs_or_is_refused_by_its_places(site: Site, name: str) -> None:
    found, editor = xlsform.inspect(FORMS[name]), site.browser("trainer")
    answer = send(editor, FORMS[name], name)
    if found.script is None:
        said = html.unescape(answer.text)
        assert answer.status_code == 422 and count(site) == 0
        assert found.faults and not [one for one in found.faults if one.message not in said]
        return
    assert answer.status_code == 302, answer.text
    address, compiled = str(answer.headers["Location"]), Compiled(found.script)
    walk = Walk(editor, address)
    for section in found.script.sections:
        assert section.label in html.unescape(walk.heading)
        walk.on("next")
    ask(editor, address)
    decide(site.browser("admin"), address)
    tracer, case = site.browser("tracer1"), held_case(site)
    interview = begin(tracer, f"/cases/{case.id}")
    complete(tracer, interview, compiled, {})
    assert found.script.title in html.unescape(editor.get(address).text)
    done = tracer.post(f"{interview}/finish")
    assert done.status_code == 302, done.text
