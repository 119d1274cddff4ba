// smtp.mjs — submits a message to the demonstration's MTA, past the program.
import net from "node:net";
import tls from "node:tls";
import { ACCOUNT2, CA, env } from "./env.mjs";

// Replies come as whole texts, one at a time.
function conversation(socket) {
  let data = "", wake = () => {}, failure;
  const onData = (chunk) => { data += chunk.toString("latin1"); wake(); };
  const onEnd = (error) => { failure = error || new Error("SMTP connection closed"); wake(); };
  socket.on("data", onData).on("error", onEnd).on("close", () => onEnd());
  return {
    async reply() {
      for (;;) {
        const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(data);
        if (whole) {
          data = data.slice(whole[0].length);
          return whole[0];
        }
        if (failure) throw failure;
        await new Promise((resolve) => (wake = resolve));
      }
    },
    async command(line, code) {
      socket.write(line + "\r\n");
      const reply = await this.reply();
      if (code && !reply.startsWith(String(code))) throw new Error(`SMTP ${line.slice(0, 20)}: ${reply}`);
      return reply;
    },
    leave() {
      socket.removeListener("data", onData);
    },
  };
}

export async function sendMail({ from = ACCOUNT2.user, to, message, account = ACCOUNT2 }) {
  const plain = net.connect(Number(env.SMTP_PORT), "127.0.0.1");
  const before = conversation(plain);
  await before.reply();
  await before.command("EHLO test.example", 250);
  await before.command("STARTTLS", 220);
  before.leave();
  const socket = tls.connect({ socket: plain, ca: CA, servername: "localhost" });
  const talk = conversation(socket);
  await talk.command("EHLO test.example", 250);
  const secret = Buffer.from(`\0${account.user}\0${account.password}`).toString("base64");
  await talk.command(`AUTH PLAIN ${secret}`, 235);
  await talk.command(`MAIL FROM:<${from}>`, 250);
  for (const one of [to].flat()) await talk.command(`RCPT TO:<${one}>`, 250);
  await talk.command("DATA", 354);
  await talk.command(message.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..") + "\r\n.", 250);
  socket.end("QUIT\r\n");
}
