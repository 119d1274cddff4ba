"""Composes letters: ordinary ones with the standard library, odd ones byte by byte."""
import email.message
import email.policy
import email.utils
import struct
import time
import zlib

POLICY = email.policy.default.clone(max_line_length=76)
NOW = int(time.time())
DAY = 86400


def days_ago(days, hour=None, minute=0):
    """Seconds since 1970: so many days before now, at a given hour of that day in Paris."""
    if hour is None:
        return int(NOW - days * DAY)
    midnight = (NOW + 3600) // DAY * DAY - 3600
    return min(midnight - int(days) * DAY + hour * 3600 + minute * 60, NOW - 60)


def date_header(when):
    """RFC 5322 date with the offset of Paris, near enough: summer time from April to October."""
    offset = 7200 if 4 <= time.gmtime(when).tm_mon <= 10 else 3600
    return time.strftime("%a, %d %b %Y %H:%M:%S ", time.gmtime(when + offset)) + f"+0{offset // 36}"


def message_id(key, domain="demo.example"):
    return f"<{zlib.crc32(key.encode()):08x}.{len(key)}@{domain}>"


def new(sender, to, subject, when, body, *, charset="utf-8", cte=None, html=None, key=None, headers=()):
    """A message object with a text body, and an HTML one beside it when given. key: what makes its
    Message-ID when subject and date are not enough."""
    message = email.message.EmailMessage(policy=POLICY)
    message["Date"] = date_header(when)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = message_id(key or f"{subject}{sender}{body[:40]}")
    for name, value in headers:
        message[name] = value
    message.set_content(body, charset=charset, cte=cte)
    if html:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def attach(message, name, data, mime):
    main, sub = mime.split("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message


def finish(message, when, *flags):
    """What Account.fill takes."""
    return (message if isinstance(message, bytes) else message.as_bytes(), when, flags)


def raw(text, when, *flags, charset="utf-8"):
    """A letter written by hand: {date} is its date."""
    return (text.lstrip("\n").replace("{date}", date_header(when)).encode(charset), when, flags)


def png(width, height, colour_at):
    """A real picture; colour_at(x, y) gives (red, green, blue)."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes(c for x in range(width) for c in colour_at(x, y)) for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def pdf(*lines):
    """One page with these lines of text (Latin-1)."""
    def escape(line):
        return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    text = "BT /F1 14 Tf 72 770 Td 20 TL " + " ".join(f"({escape(line)}) Tj T*" for line in lines) + " ET"
    stream = text.encode("latin-1", "replace")
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
               b" /Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table
