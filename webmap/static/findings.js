/* What the server says of a reader's own area, as text: figures, rights, territories, limits. */
"use strict";

deslinde.areaFindings = (app, found) => {
  const { element, filled, number } = app;
  const { facts } = app.sheet;
  const words = app.words.area;

  function entry(one) {
    const folded = element("details", null, "derecho");
    const summary = element("summary");
    summary.append(element("strong", one.name), ` · ${one.rows[0][1]}`);
    const link = element("a", one.code === undefined ? words.territory_page : words.right_page, "mas");
    link.href = one.url;
    folded.append(summary, element("p", one.title || one.called), facts(one.rows), link);
    return folded;
  }

  function group(entries, more, some, none) {
    if (!entries.length) return [element("p", none)];
    const made = [element("h3", filled(some, { n: number(entries.length + more) })), ...entries.map(entry)];
    if (more) made.push(element("p", filled(words.more, { n: number(more) }), "nota"));
    return made;
  }

  const limits = element("details");
  const list = element("ul", null, "oraciones");
  list.append(...found.limits.map((one) => element("li", one)));
  limits.append(element("summary", words.limits), list, element("p", found.citation, "nota"));
  return [
    ...(found.warning ? [element("p", found.warning, "ilustrativo")] : []),
    element("h3", words.answer),
    facts(found.rows),
    ...group(found.rights, found.more_rights, words.rights, words.no_rights),
    ...group(found.territories, found.more_territories, words.lands, words.no_lands),
    limits,
  ];
};
