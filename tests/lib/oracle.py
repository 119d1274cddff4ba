"""oracle.py — what another mail library, Python's, reads in letters: the second opinion of
tests/integration/oracle.test.mjs.

Standard input: a JSON list of {"data": base64}. Standard output: for each, in order,
{"subject", "from", "to", "files", "plain", "html"} or {"error"}: addresses as "name <address>",
names of files, and the texts of text/plain and text/html parts that are no files.
With the argument "letters": a list of {"name", "data"}, letters in each charset that Python writes.
"""
import base64
import email
import email.policy
import html.parser
import json
import sys

ERRORS = "replace"


class Words(html.parser.HTMLParser):
    """The words that HTML shows."""

    HIDDEN = {"script", "style", "title", "head", "template"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.hidden = 0
        self.words = []

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in self.HIDDEN
        if tag == "body":
            self.hidden = 0

    def handle_endtag(self, tag):
        self.hidden -= tag in self.HIDDEN and self.hidden > 0

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


def words_of(text):
    parser = Words()
    parser.feed(text)
    parser.close()
    return "".join(parser.words)


def text_of(part):
    try:
        return part.get_content(errors=ERRORS)
    except LookupError:  # a charset that Python does not know
        return (part.get_payload(decode=True) or b"").decode("utf-8", ERRORS)


def people(message, name):
    field = message[name]
    if field is None:
        return []
    return [f"{one.display_name} <{one.addr_spec}>" if one.display_name else one.addr_spec
            for one in field.addresses]


def read(data):
    message = email.message_from_bytes(data, policy=email.policy.default)
    found = {"subject": str(message["subject"] or ""), "from": people(message, "from"),
             "to": people(message, "to"), "files": [], "plain": [], "html": []}
    below = []  # the parts of a nested letter are its own
    for part in message.walk():
        if any(part is one for one in below):
            continue
        if part.get_content_type() == "message/rfc822":
            below.extend(one for one in part.walk() if one is not part)
            continue
        if part.is_multipart():
            continue
        name, kind = part.get_filename(), part.get_content_type()
        if name or part.get_content_disposition() == "attachment":
            if name and not (kind.startswith("image/") and part["content-id"]):
                found["files"].append(name)
        elif kind == "text/plain":
            found["plain"].append(text_of(part))
        elif kind == "text/html":
            found["html"].append(words_of(text_of(part)))
    return found


def answer(item):
    try:
        return read(base64.b64decode(item["data"]))
    except Exception as error:  # pylint: disable=broad-except
        return {"error": f"{type(error).__name__}: {error}"}


# ---- letters in every charset ----

SCRIPTS = {
    "Été à la plage, près d’Ångström": "latin_1 iso8859_15 cp1252 mac_roman cp850 cp437 utf_8 cp858 cp863 iso8859_9 cp1254 cp865 cp861 cp860",
    "Zażółć gęślą jaźń, příliš žluťoučký kůň": "iso8859_2 cp1250 cp852 mac_latin2 iso8859_16",
    "Съешь же ещё этих мягких французских булок": "koi8_r koi8_u cp1251 iso8859_5 cp866 mac_cyrillic cp855 cp1125 koi8_t kz1048 ptcp154 utf_8",
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία": "iso8859_7 cp1253 cp737 cp869",
    "דג סקרן שט בים מאוכזב ולפתע": "iso8859_8 cp1255 cp862",
    "نص حكيم له سر قاطع وذو شأن عظيم": "iso8859_6 cp1256",
    "Pijamalı hasta yağız şoföre çabucak güvendi": "iso8859_9 cp1254 cp857",
    "Įlinkdama fechtuotojo špaga sublykčiojusi": "iso8859_13 cp1257 iso8859_4 cp775",
    "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า": "tis_620 iso8859_11 cp874",
    "いろはにほへと ちりぬるを 日本語": "iso2022_jp shift_jis euc_jp cp932 utf_8",
    "视野无限广，窗外有蓝天": "gb2312 gbk gb18030 hz",
    "視野無限廣，窗外有藍天": "big5 big5hkscs cp950",
    "키스의 고유조건은 입술끼리 만나야": "euc_kr cp949 johab iso2022_kr",
    "Ŝaĥristo manĝas ĉe la ĵaŭda": "iso8859_3",
    "Fríða Æðelþryð": "iso8859_10",
    "Ŵyth ŷ ẁ": "iso8859_14",
    "Zoë 日本 Привет": "utf_8 utf_16 utf_16_le utf_16_be utf_32 utf_32_le utf_32_be utf_7",
}
# What Python calls otherwise than mail does.
MAIL_NAMES = {"latin_1": "iso-8859-1", "mac_roman": "macintosh", "mac_latin2": "mac-latin2", "mac_cyrillic": "mac-cyrillic",
              "kz1048": "rk1048", "ptcp154": "pt154", "hz": "hz-gb-2312", "tis_620": "tis-620"}


def mail_name(codec):
    if codec in MAIL_NAMES:
        return MAIL_NAMES[codec]
    if codec.startswith("iso8859_"):
        return "iso-8859-" + codec[8:]
    return codec.replace("_", "-").replace("iso2022", "iso-2022").replace("cp125", "windows-125")


def letter(codec, text, number):
    charset = mail_name(codec)
    raw = text.encode(codec, "ignore")
    wide = codec.startswith(("utf_16", "utf_32"))
    word_charset, word = ("utf-8", text.encode()) if wide else (charset, raw)
    quoted = "".join(f"={byte:02X}" for byte in word).encode()
    subject = b"=?" + word_charset.encode() + (b"?B?" + base64.b64encode(word) if number % 2 else b"?Q?" + quoted) + b"?="
    name = b"=?" + word_charset.encode() + b"?Q?" + quoted + b"?="
    percent = "".join(f"%{byte:02X}" for byte in word).encode()
    eight_bit = not wide and number % 3 == 0
    body = raw if eight_bit else base64.encodebytes(raw)
    return b"\r\n".join([
        b"From: " + name + b" <a@outside.example>", b"To: b@example.org", b"Subject: " + subject, b"MIME-Version: 1.0",
        b"Content-Type: multipart/mixed; boundary=b", b"", b"--b", b"Content-Type: text/plain; charset=" + charset.encode(),
        b"Content-Transfer-Encoding: " + (b"8bit" if eight_bit else b"base64"), b"", body, b"--b",
        b"Content-Type: application/octet-stream", b"Content-Disposition: attachment; filename*=" + word_charset.encode() + b"''" + percent,
        b"", b"file", b"--b--", b""])


def letters():
    made = []
    for text, codecs in SCRIPTS.items():
        for codec in codecs.split():
            data = letter(codec, text, len(made))
            made.append({"name": f"{codec}: {text.split()[0]}", "data": base64.b64encode(data).decode()})
    return made


if sys.argv[1:] == ["letters"]:
    json.dump(letters(), sys.stdout)
else:
    json.dump([answer(item) for item in json.load(sys.stdin)], sys.stdout)
