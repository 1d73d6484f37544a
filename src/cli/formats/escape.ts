import { escapeText } from "./display.ts";

// What each host's format cannot hold as it is. Pure functions of a text; a path or a message may hold anything.

/** For the text of a GitHub workflow command: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function escapeCommandText(text: string): string {
  // Logs are read at terminals as well: what controls them is shown as an escape.
  return text
    .split(/([\r\n])/)
    .map((part) => (/^[\r\n]$/.test(part) ? part : escapeText(part)))
    .join("")
    .replaceAll("%", "%25")
    .replaceAll("\r", "%0D")
    .replaceAll("\n", "%0A");
}

/** For a property of a GitHub workflow command. */
export function escapeCommandProperty(text: string): string {
  return escapeCommandText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** For XML's texts and attributes. What XML 1.0 cannot hold at all, not even as a reference, is shown as an escape. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, escapeOne)
    .replace(/[&<>"'\t\n\r]/g, (character) => entities[character] ?? character);
}

/** U+FFFE and U+FFFF are no controls, and yet no characters of XML. */
function escapeOne(character: string): string {
  const escaped = escapeText(character);
  return escaped === character ? "\ufffd" : escaped;
}

/** For a cell of a GitHub Markdown table, as plain text: one line, no markup, no HTML. */
export function escapeMarkdown(text: string): string {
  return escapeText(text)
    .replace(/[\\`*_{}[\]()#|~!$]/g, "\\$&")
    .replace(/[&<>]/g, (character) => entities[character] ?? character);
}

/** A path as a URI: relative ones stay relative, the places of absolute ones are on this machine. */
export function pathUri(path: string): string {
  // Half a character has no encoding.
  const encoded = path
    .replace(/\p{Cs}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
  if (path.startsWith("/")) return `file://${encoded}`;
  return /^[A-Za-z]:\//.test(path) ? `file:///${encoded.replace("%3A", ":")}` : encoded;
}
