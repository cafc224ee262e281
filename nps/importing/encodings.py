"""Bytes to UTF-8: byte order marks, UTF-16, Windows-1252, and files that mix several old encodings."""

import re
from collections import Counter
from collections.abc import Mapping

from nps.errors import Refused

# What a file is when it begins like this; the first that fits wins.
KINDS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"RIFF", "an image, a sound or a film"),
    (b"ID3", "a sound"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
FILM = re.compile(rb".{4}ftyp", re.DOTALL)  # photos of phones (HEIC) are of this family
MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!--|(?:!doctype|html|\?xml|table|svg|head|meta|body|div)\b)", re.IGNORECASE
)
MARK = b"\xef\xbb\xbf"
MARKED = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")  # UTF-16 and UTF-32
CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\x1b\x1f\x1c\x1d\x1e\x0b\x0c")

# A word is the unit of decoding, because one cell may hold pieces of different origin.
WORD = re.compile(rb"(?<![A-Za-z0-9'\x80-\xff])[A-Za-z0-9'\x80-\xff]*[\x80-\xff][A-Za-z0-9'\x80-\xff]*")
# Candidates and their lead: the usual one wins a draw, the rare one has to earn it. "both" is Windows-1252 with
# letters of CP850 at the codes where Windows keeps punctuation: files that went through a DOS tool once have it
# inside single words.
CANDIDATES = {"cp1252": 0.5, "cp850": 0.0, "both": -0.3, "mac_roman": -0.6}
WHOLE_FILE = 2.5  # more than one letter can earn, less than one letter in place of an impossible one
LABELS = {"cp1252": "Windows-1252", "cp850": "CP850", "both": "CP850 in part", "mac_roman": "Mac Roman"}
# Whole files of other scripts: the letters that they consist of, and the share that these need to have. Kana are not
# all of Japanese; of Russian, the six commonest letters are two in five, and hardly any of what is something else.
SCRIPTS = (
    ("cp932", "Shift-JIS (Japanese)", re.compile("[\u3041-\u3096\u30a1-\u30fa]"), 0.25),
    ("euc_kr", "EUC-KR (Korean)", re.compile("[\uac00-\ud7a3]"), 0.8),
    ("gb2312", "GB2312 (Chinese)", re.compile("[\u4e00-\u9fff]"), 0.8),
    ("cp1251", "Windows-1251 (Cyrillic)", re.compile("[оаеинтОАЕИНТ]"), 0.3),
)
RUN = re.compile(r"[^\x00-\x7f]{3,}")
SAMPLED = 65_536
COMMON = frozenset("éèêàâçùûôîïëüöäßñóíáúãõåøæœ")
ALONE = frozenset("àéóèáêÀÉÈ")
MARKS = frozenset("’‘“”„–—…«»°€£§•·¿¡®©™ºª²³½´")


def utf8(name: str, data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The text of a file as UTF-8 without byte order mark, and what a person should know about it.

    Raises Refused for what is no text, naming what it looks like.
    """
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return _wide(name, data, "utf-32", "UTF-32")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _wide(name, data, "utf-16", "UTF-16")
    if half := _unmarked_utf16(data):
        return _wide(name, data, half, "UTF-16")
    refuse_binary(name, data)
    data = data.removeprefix(MARK)
    ascii_only = data.isascii()
    if not ascii_only and b"\n" + MARK in data:  # several exports put into one file, each with its mark
        data = data.replace(b"\n" + MARK, b"\n")
    if (data[:1000].isspace() and data.isspace()) or not data:
        raise Refused(f"{name} is empty: there is nothing to import.")
    if ascii_only:
        return data, ()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _mixed(data)
    return data, ()


def refuse_binary(name: str, data: bytes) -> None:
    """Raise Refused when the bytes are no table of text."""
    looks = _looks_like(data)
    if looks is not None:
        raise Refused(f"{name} looks like {looks}, not like a table: save the export as CSV or XLSX and try again.")


def is_plain(head: bytes) -> bool:
    """Whether a file that begins like this may be text of one byte a letter, or of UTF-8."""
    return not head.startswith(MARKED) and _looks_like(head) is None


def _looks_like(data: bytes) -> str | None:
    """What bytes are that are no text; None where they may be."""
    looks = next((kind for magic, kind in KINDS if data.startswith(magic)), None)
    if looks is None and FILM.match(data):
        looks = "a photo or a film"
    if looks is None and b"\0" in data:
        looks = "a binary file"
    if looks is None and data:
        head = data[:65536]
        if len(head) - len(head.translate(None, CONTROL)) > max(8, len(head) // 50):
            looks = "a binary file"
    return looks


def _unmarked_utf16(data: bytes) -> str | None:
    """The codec of UTF-16 that lacks its mark: every second byte of Western text is then zero."""
    head = data[:2000]
    if len(head) < 8 or b"\0" not in head:
        return None
    even, odd = head[0::2], head[1::2]
    if odd.count(0) > 0.9 * len(odd) and 0 not in even:
        return "utf-16-le"
    if even.count(0) > 0.9 * len(even) and 0 not in odd:
        return "utf-16-be"
    return None


def _wide(name: str, data: bytes, codec: str, label: str) -> tuple[bytes, tuple[str, ...]]:
    try:
        text = data.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Refused(
            f"{name} begins like {label} text but breaks off or is damaged: export it again, best as UTF-8."
        ) from None
    if "\0" in text:
        raise Refused(f"{name} looks like a binary file, not like a table: save the export as CSV or XLSX.")
    if not text.strip():
        raise Refused(f"{name} is empty: there is nothing to import.")
    return text.encode("utf-8"), (f"Read as {label}.",)


def _mixed(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Decode line by line: UTF-8 where a line is valid, else each word in its most plausible old encoding."""
    whole = _of_another_script(data)
    if whole is not None:
        return whole
    lines = data.split(b"\n")
    old = [number for number, line in enumerate(lines) if not line.isascii() and not _is_utf8(line)]
    words = Counter(word for number in old for word in WORD.findall(lines[number]))
    # The encoding under which the whole file looks best decides the words that could be either, and one that hardly
    # any word needs is no choice.
    sums = {
        codec: sum(count * (_score(decoded(word, codec)) + lead) for word, count in words.items())
        for codec, lead in CANDIDATES.items()
        if codec != "both"  # which is never that of a whole file
    }
    leads = {**CANDIDATES, (best := max(sums, key=sums.__getitem__)): CANDIDATES[best] + WHOLE_FILE}
    first = Counter[str]()
    for word, count in words.items():
        first[plausible(word, leads)] += count
    leads = {codec: lead for codec, lead in leads.items() if first[codec] >= 0.01 * first.total()}
    chosen = {word: plausible(word, leads) for word in words}
    texts = {word: decoded(word, codec).encode("utf-8") for word, codec in chosen.items()}
    for number in old:
        lines[number] = WORD.sub(lambda match: texts[match.group()], lines[number])

    used = Counter[str]()
    for word, codec in chosen.items():
        used[LABELS[codec]] += words[word]
    (main, _), *others = used.most_common()
    remark = f"Not valid UTF-8: {len(old):,} lines were read as {main}"
    if others:
        remark += ", except " + " and ".join(f"{count:,} words as {label}" for label, count in others)
    return b"\n".join(lines), (remark + "; look at the accented letters.",)


def _of_another_script(data: bytes) -> tuple[bytes, tuple[str, ...]] | None:
    """Decode text of Cyrillic or of East Asia, where all of it is; None for any other."""
    head = data if len(data) <= SAMPLED else data[: data.rfind(b"\n", 0, SAMPLED) + 1]
    for codec, label, common, needed in SCRIPTS:
        try:
            text = head.decode(codec)
            runs = "".join(RUN.findall(text))
            # In Western text letters beyond ASCII stand alone.
            if 2 * len(runs) > sum(not letter.isascii() for letter in text) and len(
                common.findall(runs)
            ) >= needed * len(runs):
                return data.decode(codec).encode(), (f"Not valid UTF-8: read as {label}; look at the letters.",)
        except UnicodeDecodeError:
            continue
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def plausible(word: bytes, leads: Mapping[str, float]) -> str:
    """The encoding in which a word looks most like Western European text."""
    return max(leads, key=lambda codec: _score(decoded(word, codec)) + leads[codec])


def decoded(word: bytes, codec: str) -> str:
    """A word as text; every byte stands for something in each of the candidates."""
    if codec == "cp1252":
        return "".join(map(_windows, word))
    if codec == "both":
        return "".join(_dos_or_windows(code) for code in word)
    return word.decode(codec)


def _windows(code: int) -> str:
    # Five codes have no meaning in Windows-1252; as Latin-1 they stay what they are and score badly.
    byte = bytes((code,))
    return byte.decode("latin-1") if code in b"\x81\x8d\x8f\x90\x9d" else byte.decode("cp1252")


def _dos_or_windows(code: int) -> str:
    return bytes((code,)).decode("cp850") if 0x80 <= code < 0xA0 else _windows(code)


def _score(word: str) -> float:
    """How much a word looks like Western European text: usual accented letters in usual places."""
    if len(word) == 1:
        return 1.5 if word in ALONE else 0.5 if word in MARKS else 0.0 if word.isalpha() else -3.0
    return sum(_letter_score(word, place) for place, letter in enumerate(word) if not letter.isascii())


def _letter_score(word: str, place: int) -> float:
    letter, before, after = word[place], word[max(place - 1, 0) : place], word[place + 1 : place + 2]
    if letter in COMMON:
        return -2.0 if not place and after.isupper() else 2.0
    if letter in MARKS:
        inside = (before + after).isalpha() if letter in "–—·" else before.isalpha() and after.isalpha()
        return -2.0 if inside and letter in "–—·“”„«»" else 1.0 if place else 0.5
    if letter == "ƒ":
        return -3.0
    if letter.isalpha() and letter.islower():
        return 0.5
    if letter.isalpha() and (place == 0 or (word[:place].isupper() and not after.islower())):
        return 1.0
    return -3.0
