/* What a reader chose to see: the twin of webmap/public/selection.py. The words are those of the
   fragment, of the forms and of the server; what makes no sense is as if it was not asked. */
"use strict";

deslinde.choice = (() => {
  const YEARS = ["formulado_desde", "formulado_hasta", "otorgado_desde", "otorgado_hasta"];
  const LISTED = ["tipo", "estado", "clase", "prioridad"];
  const NAMES = [
    "departamento", "distrito", "tipo", "estado", "clase", "alerta", "prioridad",
    ...YEARS, "q", "territorio",
  ];
  const OF_PAIR = ["clase", "alerta", "prioridad", "territorio"];
  const MOST_LETTERS = 80;
  // geo.words: what could reorder or hide the sentence around it
  const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

  function clean(text) {
    return text.replace(HIDDEN, " ").trim();
  }

  function letters(text, most) {
    return [...clean(text)].slice(0, most).join("").trim();
  }

  /* terms: for each of LISTED, the words that there are, from least to most. */
  function chosen(given, terms) {
    const made = {};
    for (const name of NAMES) {
      const told = given[name];
      if (typeof told !== "string" && !Number.isInteger(told)) continue;
      const text = letters(String(told), name === "territorio" ? 400 : MOST_LETTERS);
      if (text === "") continue;
      if (LISTED.includes(name) && !terms[name].includes(text)) continue;
      if (YEARS.includes(name)) {
        if (/^[0-9]{4}$/.test(text) && Number(text) >= 1000) made[name] = Number(text);
      } else {
        made[name] = text;
      }
    }
    return made;
  }

  function read(text, terms) {
    return chosen(Object.fromEntries(new URLSearchParams(text)), terms);
  }

  /* What was asked as texts by name, for a form, a fragment or a body. */
  function write(wanted) {
    const said = {};
    for (const name of NAMES) if (name in wanted) said[name] = String(wanted[name]);
    return said;
  }

  function folded(text) {
    const apart = text.normalize("NFKD").replace(/\p{M}/gu, "");
    return apart.toLowerCase().split(/\s+/u).filter(Boolean).join(" ");
  }

  function has(joined, word) {
    return `;${joined || ""};`.includes(`;${word};`);
  }

  function between(year, first, last) {
    if (first === undefined && last === undefined) return true;
    if (typeof year !== "number") return false; // a right without a year passes no filter by year
    return (first === undefined || year >= first) && (last === undefined || year <= last);
  }

  /* right: dep, district, kind, status, fy, gy, words (code and name, folded). */
  function ofRight(wanted, right) {
    return (
      (!wanted.departamento || has(right.dep, wanted.departamento)) &&
      (!wanted.distrito || folded(right.district || "") === folded(wanted.distrito)) &&
      (!wanted.tipo || right.kind === wanted.tipo) &&
      (!wanted.estado || right.status === wanted.estado) &&
      between(right.fy, wanted.formulado_desde, wanted.formulado_hasta) &&
      between(right.gy, wanted.otorgado_desde, wanted.otorgado_hasta) &&
      folded(wanted.q || "")
        .split(" ")
        .every((word) => (right.words || "").includes(word))
    );
  }

  /* pair: cls, territory (key), yes, pr. Several classes may stand in `cls`, joined by ";". */
  function ofPair(wanted, pair, terms) {
    return (
      (!wanted.clase || has(pair.cls, wanted.clase)) &&
      (!wanted.territorio || pair.territory === wanted.territorio) &&
      (!wanted.alerta || has(pair.yes, wanted.alerta)) &&
      (!wanted.prioridad || (pair.pr || 0) >= terms.prioridad.indexOf(wanted.prioridad) + 1)
    );
  }

  /* Whether what carries the words of a right and of its overlap is in. */
  function holds(wanted, props, terms) {
    return ofRight(wanted, props) && ofPair(wanted, props, terms);
  }

  function only(wanted, names) {
    return Object.fromEntries(Object.entries(wanted).filter(([name]) => names.includes(name)));
  }

  /* The map draws from tiles, which hold no name, no district and no key of a territory. */
  function onMap(wanted) {
    return only(wanted, NAMES.filter((name) => !["distrito", "q", "territorio"].includes(name)));
  }

  function empty(wanted) {
    return !NAMES.some((name) => name in wanted);
  }

  return { NAMES, YEARS, OF_PAIR, chosen, read, write, ofRight, ofPair, holds, only, onMap, empty };
})();
