/* Outlines that a reader brings: coordinates as text, or a file (GeoJSON, KML, GPX). All of it is
   read here in the browser; nothing is sent by reading. Gives rings of [lon, lat], WGS84. */
"use strict";

deslinde.reading = (() => {
  const UTM = /^(\d{6}(?:\.\d+)?)[\s,;]+(\d{7,8}(?:\.\d+)?)[\s,;]*(1[789])\s*[A-Za-z]?$/;
  const DEGREES = /^([-−–]?\d{1,3}(?:[.,]\d+)?)°?\s*[\s,;]\s*([-−–]?\d{1,3}(?:[.,]\d+)?)°?$/;
  const degree = (text) => Number(text.replace(/[−–]/, "-").replace(",", "."));
  const latitude = (value) => Math.abs(value) <= 25;

  /* One place of a line of text, null where it is none. Latitude first, as people say it; where
     only the other way makes sense in these latitudes, the other way. */
  function place(line) {
    const metres = UTM.exec(line);
    if (metres) {
      const [east, north, zone] = metres.slice(1).map(Number);
      return deslinde.geodesy.place({ zone, south: true, east, north });
    }
    const said = DEGREES.exec(line);
    if (!said) return null;
    const [one, other] = [degree(said[1]), degree(said[2])];
    if (latitude(one) && !latitude(other)) return [other, one];
    return latitude(other) && !latitude(one) ? [one, other] : null;
  }

  function same(one, other) {
    return one[0] === other[0] && one[1] === other[1];
  }

  function opened(ring) {
    const ends = ring.length > 1 && same(ring[0], ring[ring.length - 1]);
    return (ends ? ring.slice(0, -1) : ring).map(([lon, lat]) => [lon, lat]);
  }

  /* { rings } of a text with a place on each line, or { line } with the number of the first that
     cannot be read. */
  function ofText(text) {
    const ring = [];
    const lines = text.split(/\r?\n/).map((one) => one.trim());
    for (let i = 0; i < lines.length; i++) {
      if (!lines[i]) continue;
      const found = place(lines[i]);
      if (!found) return { line: i + 1 };
      ring.push(found);
    }
    return { outlines: ring.length ? [{ name: "", rings: [opened(ring)] }] : [] };
  }

  function polygonsOf(geometry) {
    if (!geometry) return [];
    if (geometry.type === "Polygon") return [geometry.coordinates];
    if (geometry.type === "MultiPolygon") return geometry.coordinates;
    if (geometry.type === "LineString") return [[geometry.coordinates]];
    if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(polygonsOf);
    return [];
  }

  function ofGeoJson(text) {
    const told = JSON.parse(text);
    const features = told.features || [told];
    return features.flatMap((one) => {
      const named = one.properties || {};
      const name = [named.name, named.NOMBRE, named.nombre].find((said) => typeof said === "string");
      return polygonsOf(one.geometry || one).map((rings) => ({ name: name || "", rings: rings.map(opened) }));
    });
  }

  function numbers(text) {
    return text.trim().split(/\s+/).map((one) => one.split(",").slice(0, 2).map(Number));
  }

  function nameOf(node, within) {
    const parent = node.closest(within);
    const said = parent && [...parent.children].find((one) => one.localName === "name");
    return said ? said.textContent.trim() : "";
  }

  function ofXml(text) {
    const page = new DOMParser().parseFromString(text, "application/xml");
    if (page.getElementsByTagName("parsererror").length) throw new SyntaxError("xml");
    const every = (node, tag) => [...node.getElementsByTagNameNS("*", tag)];
    const shapes = every(page, "Polygon").map((one) => ({
      name: nameOf(one, "Placemark"),
      rings: [...every(one, "outerBoundaryIs"), ...every(one, "innerBoundaryIs")]
        .flatMap((border) => every(border, "coordinates"))
        .map((ring) => opened(numbers(ring.textContent))),
    }));
    const walked = [...every(page, "trkseg"), ...every(page, "rte")].map((one) => ({
      name: nameOf(one, "trk, rte"),
      rings: [opened([...every(one, "trkpt"), ...every(one, "rtept")].map((at) =>
        [at.getAttribute("lon"), at.getAttribute("lat")].map(Number)))],
    }));
    return [...shapes, ...walked];
  }

  function sound({ rings }) {
    return rings.length && rings.every((ring) => ring.length > 2 && ring.every((at) => at.every(Number.isFinite)));
  }

  /* The outlines of a file's text: { name, rings }, the outer ring first. Throws SyntaxError where
     it is none of the three. */
  function ofFile(text) {
    const begins = text.replace(/^\uFEFF/, "").trimStart();
    const found = begins.startsWith("<") ? ofXml(begins) : ofGeoJson(begins);
    return found.filter(sound);
  }

  return { ofText, ofFile };
})();
