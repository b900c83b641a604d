// Finds phrases in a text whose letters were mended meanwhile: hyphens, blanks, ligatures, case and accents differ.
// Only folded letters and digits are compared; each keeps the place of the sign it came from.

const SHORTEST = 12; // letters of a piece of a phrase that is looked for by itself

/** The letters and digits of a text without case and accents, and the place of each in the text. */
export function folded(text) {
  let letters = '';
  const places = [];
  let at = 0;
  for (const sign of text) {
    // NFKD first: İ becomes I and a dot, so that lower case gives i alone. ı is not decomposed.
    const plain = sign.normalize('NFKD').replace(/\p{M}/gu, '').replace(/ı/g, 'i').toLowerCase();
    for (const letter of plain) {
      if (!/[\p{L}\p{N}]/u.test(letter)) continue;
      letters += letter;
      for (let unit = 0; unit < letter.length; unit += 1) places.push(at);
    }
    at += sign.length;
  }
  return { letters, places };
}

/** The folded letters of many texts in a row, each with its text and place. */
export function joinedText(texts) {
  let letters = '';
  const owners = [];
  const places = [];
  texts.forEach((text, index) => {
    const one = folded(text);
    letters += one.letters;
    for (const place of one.places) { owners.push(index); places.push(place); }
  });
  return { letters, owners, places, texts };
}

/** Where a phrase stands in joined texts, as ranges of each text; none if less than `share` of it was found. */
export function findPhrases(whole, phrase, share) {
  const { letters } = folded(phrase);
  if (!letters) return [];
  const at = whole.letters.indexOf(letters);
  if (at >= 0) return ranges(whole, [[at, at + letters.length]]);
  const found = pieces(whole.letters, phrase.split(/\s+/).map((word) => folded(word).letters).filter(Boolean));
  const covered = found.reduce((sum, [start, end]) => sum + end - start, 0);
  return covered >= share * letters.length ? ranges(whole, found) : [];
}

function pieces(letters, words) {
  const found = [];
  let from = 0;
  let first = 0;
  while (first < words.length) {
    let last = first;
    let run = words[first];
    while (run.length < SHORTEST && last + 1 < words.length) run += words[(last += 1)];
    let at = run.length < SHORTEST ? -1 : letters.indexOf(run, from);
    if (at < 0 && run.length >= SHORTEST) at = letters.indexOf(run);
    if (at < 0) { first += 1; continue; }
    let end = at + run.length;
    while (last + 1 < words.length && letters.startsWith(words[last + 1], end)) end += words[(last += 1)].length;
    found.push([at, end]);
    from = end;
    first = last + 1;
  }
  return found;
}

function ranges(whole, spans) {
  const found = [];
  for (const [start, end] of spans) {
    let at = start;
    while (at < end) {
      const element = whole.owners[at];
      let to = at;
      while (to + 1 < end && whole.owners[to + 1] === element) to += 1;
      const last = whole.places[to];
      const text = whole.texts[element];
      let after = last + String.fromCodePoint(text.codePointAt(last)).length;
      while (/[\p{M}.,;:!?)\]”"]/u.test(text[after] ?? '')) after += 1; // accents, and the marks that end a sentence
      let before = whole.places[at];
      while (/[(\[“"]/.test(text[before - 1] ?? '')) before -= 1;
      found.push({ element, start: before, end: after });
      at = to + 1;
    }
  }
  return found;
}
