// What all parts of the page share.

import { wordsFor } from "./words.js";

export const $ = (id) => document.getElementById(id);

const link = new URLSearchParams(location.search);

export const state = {
  me: link.get("me"), chat: link.get("chat"), start: link.get("start"), view: null, context: null, drawn: new Map(),
};
export let words = wordsFor("en");

export function speak(language) { words = wordsFor(language); }
