/* Land, water and borders under the whole layers of the small drawer, from deslinde.data.ground:
   what a folder without tiles has to find one's way by. */
"use strict";

deslinde.addon((app) => {
  const { map, settings } = app;
  const { ground } = deslinde.data;
  if (!settings.small || !ground) return;
  const renderer = L.canvas({ pane: "departments", padding: 0.3 });
  for (const [name, shapes] of Object.entries(ground)) {
    const look = settings.ground[name];
    if (!look) continue;
    const style = {
      color: look.line,
      weight: look.width,
      dashArray: look.dash || null,
      fill: look.opacity > 0,
      fillColor: look.fill,
      fillOpacity: look.opacity,
    };
    L.geoJSON(shapes, { style, renderer, pane: "departments", interactive: false }).addTo(map);
  }
});
