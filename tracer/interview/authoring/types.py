"""The types of rows: what each of the standard's becomes here, and why some become nothing."""

import re
from dataclasses import dataclass

_SPACED = {
    **{"begin_group": "begin_group", "end_group": "end_group", "begin_repeat": "begin_repeat"},
    **{"end_repeat": "end_repeat", "begin_lgroup": "begin_repeat", "end_lgroup": "end_repeat"},
}
_SAME = {
    **{"string": "text", "text": "text", "q_string": "text", "int": "integer", "integer": "integer"},
    **{"q_int": "integer", "add_integer_prompt": "integer", "decimal": "decimal", "q_decimal": "decimal"},
    **{"date": "date", "q_date": "date", "time": "time", "note": "note", "add_note_prompt": "note"},
    **{"calculate": "calculate", "q_calculate": "calculate", "add_calculate_prompt": "calculate", "hidden": "hidden"},
    **{"acknowledge": "acknowledge", "trigger": "acknowledge", "q_acknowledge": "acknowledge", "range": "range"},
}
_SELECT = re.compile(
    r"(?:add[ _])?(?P<kind>select1|select[ _]one|select[ _]multiple|select[ _]all[ _]that[ _]apply)"
    r"(?:[ _]from|[ _]prompt[ _]using)?\s+(?P<list>\S+)(?P<other>\s+or[ _](?:other|specify[ _]other))?",
    re.IGNORECASE,
)
_RECORDED = "Tracer records by itself who asked, when, and on which version."
# What a phone or tablet notes by itself. `today` and the times have a value here; the rest is blank.
METADATA = {
    **dict.fromkeys(("today", "start", "end"), "today()"),
    **dict.fromkeys(("deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit"), "''"),
    **dict.fromkeys(("start-geopoint", "background-audio", "background-geopoint", "device_id", "imei"), "''"),
}
_ON_THE_PHONE = "It cannot be asked on the telephone. Ask in words with a question of type text, or leave it out."
_FILES = "A script brings no files of choices. Put them in the sheet choices, and use choice_filter."
REFUSED = {
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "gps", "location"), _ON_THE_PHONE),
    **dict.fromkeys(("image", "photo", "picture", "audio", "video", "file", "barcode", "signature"), _ON_THE_PHONE),
    **dict.fromkeys(("select_one_from_file", "select_multiple_from_file", "select_one_external"), _FILES),
    **dict.fromkeys(("xml-external", "csv-external", "osm"), _FILES),
    "rank": "Ask with select_one which comes first.",
    **dict.fromkeys(("datetime", "date_time"), "Ask the day and the time as two questions, date and time."),
    **dict.fromkeys(("begin_loop", "end_loop"), "Write the questions out, or use begin_repeat."),
    **dict.fromkeys(("entity", "add_entity"), "Use bind::tracer:field."),
}


@dataclass(frozen=True)
class Type:
    """A row's type: its kind here, the list of choices where it has one, and why not where it cannot be."""

    kind: str
    choices: str = ""
    other: bool = False
    refused: str = ""


def read(written: str) -> Type:
    """The type that a row says."""
    text = " ".join(written.split())
    if found := _SELECT.fullmatch(text):
        many = "multiple" in found["kind"].lower() or "all" in found["kind"].lower()
        return Type("select_multiple" if many else "select_one", found["list"], found["other"] is not None)
    name = text.lower().replace(" ", "_")
    if name in _SPACED:
        return Type(_SPACED[name])
    if name in _SAME:
        return Type(_SAME[name])
    if text.lower() in METADATA:
        return Type("metadata", refused=_RECORDED)
    for word in (name.partition("_")[0], *(part for part in REFUSED if name.startswith(part))):
        if word in REFUSED:
            return Type("", refused=REFUSED[word])
    return Type("")
