"""The languages that a script can be in: their codes, own names and directions, and their columns in a sheet.

Own names and directions: https://cldr.unicode.org (the names that the languages' speakers use).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

# Code -> (in English, its own name). What is missing here can be used too, under its code.
NAMES: dict[str, tuple[str, str]] = {
    "am": ("Amharic", "አማርኛ"),
    "ar": ("Arabic", "العربية"),
    "bg": ("Bulgarian", "Български"),
    "bn": ("Bengali", "বাংলা"),
    "ckb": ("Central Kurdish", "کوردیی ناوەندی"),
    "cs": ("Czech", "Čeština"),
    "cy": ("Welsh", "Cymraeg"),
    "de": ("German", "Deutsch"),
    "el": ("Greek", "Ελληνικά"),
    "en": ("English", "English"),
    "es": ("Spanish", "Español"),
    "fa": ("Persian", "فارسی"),
    "fr": ("French", "Français"),
    "ga": ("Irish", "Gaeilge"),
    "gd": ("Scottish Gaelic", "Gàidhlig"),
    "gu": ("Gujarati", "ગુજરાતી"),
    "ha": ("Hausa", "Hausa"),
    "he": ("Hebrew", "עברית"),
    "hi": ("Hindi", "हिन्दी"),
    "hu": ("Hungarian", "Magyar"),
    "id": ("Indonesian", "Indonesia"),
    "it": ("Italian", "Italiano"),
    "ja": ("Japanese", "日本語"),
    "ko": ("Korean", "한국어"),
    "ku": ("Kurdish", "Kurdî"),
    "lt": ("Lithuanian", "Lietuvių"),
    "lv": ("Latvian", "Latviešu"),
    "ml": ("Malayalam", "മലയാളം"),
    "ne": ("Nepali", "नेपाली"),
    "nl": ("Dutch", "Nederlands"),
    "pa": ("Punjabi", "ਪੰਜਾਬੀ"),
    "pl": ("Polish", "Polski"),
    "ps": ("Pashto", "پښتو"),
    "pt": ("Portuguese", "Português"),
    "ro": ("Romanian", "Română"),
    "ru": ("Russian", "Русский"),
    "sk": ("Slovak", "Slovenčina"),
    "so": ("Somali", "Soomaali"),
    "sq": ("Albanian", "Shqip"),
    "sr": ("Serbian", "Српски"),
    "sw": ("Swahili", "Kiswahili"),
    "ta": ("Tamil", "தமிழ்"),
    "te": ("Telugu", "తెలుగు"),
    "th": ("Thai", "ไทย"),
    "ti": ("Tigrinya", "ትግርኛ"),
    "tl": ("Tagalog", "Tagalog"),
    "tr": ("Turkish", "Türkçe"),
    "uk": ("Ukrainian", "Українська"),
    "ur": ("Urdu", "اردو"),
    "vi": ("Vietnamese", "Tiếng Việt"),
    "yi": ("Yiddish", "ייִדיש"),
    "yo": ("Yoruba", "Yorùbá"),
    "zh": ("Chinese", "中文"),
}
_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
_BY_NAME = {name.casefold(): code for code, names in NAMES.items() for name in names}
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_IN_BRACKETS = re.compile(r".*\(\s*([A-Za-z0-9-]+)\s*\)\s*")
SPOKEN = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
_COLUMN = re.compile(rf"({'|'.join(SPOKEN)})::\s*(.+)")


def own_name(code: str) -> str:
    """What its speakers call a language; the code where that is not known."""
    return NAMES.get(code, NAMES.get(code.partition("-")[0], ("", code)))[1]


def by_own_name(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Languages to choose from: the code of each and what its speakers call it."""
    return [(code, own_name(code)) for code in codes]


def direction(code: str) -> str:
    """`rtl` or `ltr`, as HTML has it."""
    parts = code.split("-")
    return "rtl" if parts[0] in _RIGHT_TO_LEFT and "Latn" not in parts else "ltr"


def code_of(written: str) -> str | None:
    """The code of a language as a sheet writes it: `Welsh (cy)`, `cy`, `Welsh`, `Cymraeg`; None where it says none."""
    text = written.strip()
    code = found[1] if (found := _IN_BRACKETS.fullmatch(text)) else _BY_NAME.get(text.casefold(), text)
    return code if _CODE.fullmatch(code) else None


def known_code(written: str) -> str | None:
    """The code of a language that stands in NAMES, its parts in their usual letters (`zh-Hans`, `pt-BR`); else None."""
    code = code_of(written) or code_of(written.lower())
    language, *parts = (code or "").split("-")
    if language not in NAMES:
        return None
    usual = {2: str.upper, 4: str.title}
    return "-".join([language, *(usual.get(len(part), str.lower)(part) for part in parts)])


def in_english(code: str) -> str:
    """What a language is called in English, with the rest of its code; the code where that is not known."""
    language, _, more = code.partition("-")
    name = NAMES.get(language, (code, ""))[0]
    return f"{name} ({more})" if more and language in NAMES else name


Words = dict[str, dict[str, str]]


@dataclass
class Columns:
    """The columns of spoken words in all sheets, and the languages that they make."""

    default: str
    languages: tuple[str, ...]
    spoken: dict[str, tuple[str, str]]
    unknown: list[str] = field(default_factory=list)

    def of(self, cells: dict[str, str]) -> tuple[dict[str, str], Words]:
        """A row's words in the default language, and those of the other languages by code; by what items call them."""
        base = {_called(column): cells[column] for column in SPOKEN if column in cells}
        others: Words = {}
        for header, (column, code) in self.spoken.items():
            if header in cells and code == self.default:
                base[_called(column)] = cells[header]
            elif header in cells:
                others.setdefault(code, {})[_called(column)] = cells[header]
        return base, others

    def column(self, what: str, code: str) -> str:
        """The column that holds such words in a language, as the sheet has it or should."""
        known = (header for header, (column, of) in self.spoken.items() if column == what and of == code)
        name = NAMES.get(code, (code, code))[0]
        return next(known, what if code == self.default else f"{what}::{name} ({code})")


def _called(column: str) -> str:
    return "guidance" if column == "guidance_hint" else column


def columns(headers: list[str], default: str, plain: bool) -> Columns:
    """The languages of a form by the headers of its sheets, its setting `default_language` and whether plain words
    (a column `label`) stand anywhere."""
    spoken: dict[str, tuple[str, str]] = {}
    unknown = []
    for header in dict.fromkeys(headers):
        if found := _COLUMN.fullmatch(header):
            code = code_of(found[2])
            if code is None:
                unknown.append(header)
            else:
                spoken[header] = found[1], code
    codes = [code for _, code in spoken.values()]
    first = code_of(default) or ("en" if plain or not codes else codes[0])
    return Columns(first, tuple(dict.fromkeys([first, *codes])), spoken, unknown)
