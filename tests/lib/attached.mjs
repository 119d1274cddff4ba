// attached.mjs — letters with what the cards show: invitations, contacts, reports, names that pretend.
import { base64Part, letterOf, multipart, part } from "./mime.mjs";

const lines = (...all) => all.flat().join("\r\n") + "\r\n";

export function calendar({ method = "REQUEST", summary = "Conseil de d\u00e9partement", start = ";TZID=Europe/Paris:20261126T140000", end = ";TZID=Europe/Paris:20261126T160000",
  more = [] } = {}) {
  return lines("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", ...(method ? [`METHOD:${method}`] : []), "BEGIN:VEVENT", "UID:1@test.example", `SUMMARY:${summary}`,
    `DTSTART${start}`, ...(end ? [`DTEND${end}`] : []), "LOCATION:Salle 12\\, b\u00e2timent B", "ORGANIZER;CN=Claire Morel:mailto:claire.morel@outside.example",
    "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@outside.example", "ATTENDEE:mailto:b@outside.example", ...more, "END:VEVENT", "END:VCALENDAR");
}

export const contact = lines("BEGIN:VCARD", "VERSION:3.0", "FN:Anne Lef\u00e8vre", "ORG:Universit\u00e9 de Nantes;Service des \u00e9tudes", "TITLE:Responsable",
  "TEL;TYPE=WORK:+33 2 40 00 00 00", "EMAIL:anne.lefevre@outside.example", "ADR:;;1 quai de Tourville;Nantes;;44000;France", "NOTE:Absente le mercredi", "END:VCARD");

export const report = lines("Reporting-MTA: dns; mx.outside.example", "Arrival-Date: Tue, 3 Mar 2026 14:02:00 +0100", "", "Final-Recipient: rfc822; personne@ailleurs.example",
  "Action: failed", "Status: 5.1.1", "Remote-MTA: dns; mail.ailleurs.example", "Diagnostic-Code: smtp; 550 5.1.1 <personne@ailleurs.example>: User unknown");

export const RLO = "\u202e";

const named = (type, name, bytes = "x") =>
  base64Part([`Content-Type: ${type}`, `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(name)}`], bytes);
export const file = named;

// An invitation, a contact, a bounce and names that pretend: all at once, to be looked at.
export function everyCard(subject = "Cartes et pi\u00e8ces jointes") {
  return letterOf(subject, multipart("mixed", [
    multipart("alternative", [part(["Content-Type: text/plain; charset=utf-8"], "Bonjour,\r\n\r\nVoici ce qu'il faut voir.\r\n"),
      base64Part(["Content-Type: text/calendar; charset=utf-8; method=REQUEST"], calendar({ more: ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4"] }))]),
    base64Part(["Content-Type: message/delivery-status"], report),
    base64Part(["Content-Type: text/vcard; charset=utf-8; name=anne.vcf", "Content-Disposition: attachment; filename=anne.vcf"], contact),
    part(["Content-Type: message/rfc822"], letterOf("Le message d'origine", part(["Content-Type: text/plain"], "Bonjour."))),
    named("application/pdf", "facture.pdf.exe"), named("application/octet-stream", `facture_${RLO}fdp.exe`), named("application/octet-stream", `releve.pdf${" ".repeat(40)}.scr`),
    named("application/pdf", "Rapport annuel 2026.pdf"), named("application/octet-stream", "trace.log", "une ligne\n"), named("text/html", "formulaire.html", "<p>x</p>"),
    named("application/octet-stream", "budget.xlsm"), named("image/png", "photo.jpg.lnk"),
  ]));
}
