// From the view's JSON to elements. Text goes in as text; only `html`, which the server has escaped
// and built from Telegram's entities, goes in as markup.

import { dayOf, hourOf } from "./words.js";

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  const { data = {}, ...rest } = properties;
  Object.assign(made, rest);
  Object.assign(made.dataset, data);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

export const initials = (name) =>
  name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("");

export const hueOf = (id) => String(Math.abs(id) % 6);

export function chatRow(row, chosen, words) {
  const name = el("strong", { textContent: row.title });
  const time = el("time", { textContent: row.at ? hourOf(row.at) : "" });
  const last = el("span", { className: "last", textContent: row.last || words[row.thing] || "" });
  return el(
    "button",
    { className: "chat", data: { chat: row.id }, ariaCurrent: String(row.id === chosen) },
    el("span", { className: "face", textContent: initials(row.title), data: { hue: hueOf(row.id) } }),
    el("span", { className: "lines" }, el("span", {}, name, time), last),
  );
}

export function dayLine(iso, words) {
  return el("p", { className: "day", textContent: dayOf(iso, words) });
}

function thing(message, words) {
  const { kind, thing: about } = message;
  if (kind === "photo") {
    return el("img", { className: "photo", src: `/page/file/${about.at(-1).file_id}`, alt: words.photo });
  }
  if (kind === "document") {
    const name = about.file_name;
    const link = { href: `/page/file/${about.file_id}`, download: name, textContent: name };
    return el("p", { className: "document" }, el("a", link));
  }
  if (kind === "venue" || kind === "location") {
    const { latitude, longitude } = about.location ?? about;
    const spot = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
    return el("div", { className: "place" }, el("span", { className: "map", ariaHidden: "true" }),
      el("strong", { textContent: about.title ?? words.location }),
      el("span", { textContent: about.address ?? "" }),
      el("small", { textContent: `${words.map}: ${spot}` }));
  }
  if (kind === "sticker") return el("p", { className: "sticker", textContent: "☺" });
  return kind === "voice" ? el("p", { className: "voice", textContent: `▶ ▂▃▅▇▅▃▂▅▃ ${words.voice}` }) : null;
}

const SERVICE = {
  new_chat_members: (words, about) => words.joined(about.map((who) => who.first_name).join(", ")),
  left_chat_member: (words, about) => words.left(about.first_name),
  forum_topic_created: (words, about) => words.topic(about.name),
  migrate_to_chat_id: (words) => words.upgraded,
  migrate_from_chat_id: (words) => words.upgraded,
};

function keyboard(message) {
  const rows = message.rows.map((row, i) => el("div", { className: "row" }, ...row.map((button, j) =>
    el("button", {
      className: "key", textContent: button.label, title: button.url,
      data: { message: message.id, row: i, column: j, url: button.url },
    }))));
  return rows.length ? el("div", { className: "keyboard" }, ...rows) : null;
}

export function bubble(message, inGroup, words) {
  if (SERVICE[message.kind]) {
    return el("p", { className: "service", textContent: SERVICE[message.kind](words, message.thing) });
  }
  const text = el("div", { className: "text", innerHTML: message.html });
  const stamp = el("small", { className: "stamp" });
  stamp.textContent = `${message.edited ? `${words.edited} ` : ""}${hourOf(message.at)}`;
  const named = inGroup && !message.mine;
  const tools = el("span", { className: "tools" },
    el("button", { className: "tool", textContent: "↩", ariaLabel: words.reply, data: { reply: message.id } }),
    message.mine && message.kind === ""
      ? el("button", { className: "tool", textContent: "✎", ariaLabel: words.edit, data: { edit: message.id } })
      : null);
  return el(
    "article",
    {
      className: message.mine ? "message mine" : "message",
      data: { message: message.id, from: message.mine ? "me" : message.bot ? "bot" : "other" },
    },
    el("div", { className: "bubble" },
      named ? el("strong", { className: "sender", textContent: message.sender }) : null,
      message.reply ? el("blockquote", { className: "quoted", textContent: message.reply }) : null,
      thing(message, words), message.html ? text : null, stamp),
    keyboard(message), tools,
  );
}

export function option(label, action, hint = "") {
  const made = el("button", { type: "button", className: "option", role: "menuitem", onclick: action },
    el("span", { textContent: label }));
  if (hint) made.append(el("small", { textContent: hint }));
  return made;
}
