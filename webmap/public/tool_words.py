"""What the scripts say with which a reader asks the map: by script, name -> message id.

{words} in braces are filled in the browser, as text.
"""

from collections.abc import Mapping

from geo.words import _

_CROSSES = _("La línea se cruza a sí misma: así no se puede decir un área.")

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "toolbar": {
        "tools": _("Herramientas del mapa"),
        "close": _("Cerrar"),
    },
    "sheet": {
        "loading": _("Cargando…"),
        "failed": _(
            "No hay conexión con el servidor. Revísela y vuelva a tocar el mapa; lo mismo está en "
            "las tablas."
        ),
        "kept": _(
            "Leído de los archivos guardados, con las formas dibujadas en grados: cerca de un "
            "límite, pregunte también con conexión."
        ),
        "not_here": _("Esta copia no sabe dónde está: acérquese en el mapa y toque el lugar."),
        "illustrative": _("Datos ilustrativos: no describen ningún lugar real."),
        "overlapping": _("Derechos que se superponen aquí: {n}"),
        "territories": _("Territorios en este punto"),
        "others": _("Otros derechos o proyectos en este punto"),
        "overlapping_near": _("Derechos que se superponen cerca, no en este punto: {n}"),
        "territories_near": _("Territorios cerca, no en este punto"),
        "others_near": _("Otros derechos o proyectos cerca, no en este punto"),
        "away": _("a {m} m de este punto"),
        "overlap_away": _("la superposición está a {m} m de este punto"),
        "more": _("Aquí hay {n} derechos más: acérquese, o use las tablas."),
        "rights_on_it": _("Derechos que se superponen: {n}."),
        "yes": _("Lo que dicen las fechas y las formas"),
        "the_right": _("El derecho o proyecto"),
        "pairs": _("Territorios con los que se superpone o linda: {n}"),
        "priority": _("({code}; prioridad de revisión: {priority})"),
        "unknown": _("No se sabe ({n})"),
        "territory_page": _("Ver la página del territorio"),
        "right_page": _("Ver la página del derecho"),
        "overlap_page": _("Esta superposición, en palabras sencillas"),
        "nothing": _(
            "En este punto no hay nada dibujado. Que un territorio no aparezca en el mapa no "
            "significa que no exista."
        ),
    },
    "search": {
        "label": _("Buscar nombre, código, lugar o coordenadas"),
        "found": _("Lo que se halló"),
        "loading": _("Buscando…"),
        "count": _("Hallados: {n}. Elija con las flechas o con un toque."),
        "more": _(
            "Hallados: {n}, y {more} más que no se muestran. Escriba más letras para acercarse."
        ),
        "nothing": _(
            "No se halló nada con esas palabras. Pruebe con menos letras, con el código o con el "
            "nombre del distrito. Que algo no esté aquí no significa que no exista."
        ),
        "offline": _(
            "La búsqueda necesita conexión con el servidor. El mapa y las páginas guardadas siguen "
            "funcionando."
        ),
        "no_server": _("Para buscar en esta copia sin servidor, use las listas."),
        "gone_to": _("El mapa muestra: {name}"),
        "territory": _("Territorios"),
        "right": _("Derechos o proyectos"),
        "case": _("Casos"),
        "department": _("Departamentos"),
        "district": _("Distritos"),
        "place": _("Lugares"),
        "point": _("Coordenadas"),
    },
    "pointer": {
        "here": _("Este punto:"),
        "under": _("Bajo el puntero:"),
        "touched": _("En el punto tocado:"),
        "centre": _("En el centro del mapa:"),
        "datum": _("Sistema de coordenadas WGS84"),
        "utm": _("UTM {zone} {east} E {north} N"),
        "copy": _("Copiar"),
        "copied": _("Copiado"),
        "not_copied": _("No se pudo copiar: selecciónelo con el dedo o el ratón."),
    },
    "trace": {
        "centre": _("Poner un punto en el centro"),
        "undo": _("Quitar el último"),
        "finish": _("Terminar"),
        "more": _("Seguir poniendo puntos"),
        "clear": _("Borrar y empezar"),
        "how": _(
            "Toque el mapa para poner cada punto. Con el teclado: flechas para mover el mapa, "
            "Enter pone un punto en el centro, Retroceso quita el último, F termina."
        ),
    },
    "measure": {
        "label": _("Medir"),
        "what": _("Qué medir"),
        "a_line": _("Una distancia"),
        "an_area": _("Un área"),
        "begin": _("Ponga por lo menos dos puntos en el mapa."),
        "third": _("Ponga un tercer punto para medir un área."),
        "length": _("Distancia: {value}"),
        "area": _("Área: {value}"),
        "around": _("Contorno: {value}"),
        "crosses": _CROSSES,
        "points": _("Puntos: {n}"),
        "not_a_survey": _(
            "Medida en la pantalla, no es un deslinde: vale lo que valen los puntos que se "
            "pusieron (elipsoide WGS84)."
        ),
    },
    "area": {
        "label": _("Mi área"),
        "private": _(
            "Su área no se guarda ni se comparte; no está en el enlace. Al pedir el análisis viaja "
            "al servidor, que responde y la olvida."
        ),
        "begin": _("Ponga por lo menos tres puntos, pegue coordenadas o abra un archivo."),
        "crosses": _CROSSES,
        "about": _("Su área: cerca de {ha} ha, {n} puntos."),
        "analyse": _("Ver con qué se superpone"),
        "loading": _("Calculando…"),
        "offline": _(
            "Para calcular hace falta conexión con el servidor. Su área sigue en el mapa."
        ),
        "paste": _("Pegar coordenadas"),
        "paste_label": _("Un punto en cada línea"),
        "paste_how": _(
            "Grados WGS84 («-12.55450, -69.46650») o metros UTM WGS84 con su zona («482500 8610500 "
            "19S»). Si sus coordenadas son PSAD56, no las pegue aquí: saldrían corridas cientos de "
            "metros."
        ),
        "paste_use": _("Dibujar estas coordenadas"),
        "bad_line": _("La línea {line} no se entiende: escriba dos números, o metros con su zona."),
        "too_few": _("Hacen falta por lo menos tres puntos."),
        "file": _("Abrir un archivo"),
        "file_label": _("Archivo GeoJSON, KML o GPX"),
        "file_how": _("El archivo se lee en su navegador; no se envía al abrirlo."),
        "file_large": _("El archivo es muy grande: use uno de menos de 8 MB."),
        "file_none": _(
            "En ese archivo no se halló ningún polígono. Use GeoJSON, KML o GPX, en grados WGS84."
        ),
        "which": _("El archivo tiene {n} polígonos. ¿Cuál?"),
        "answer": _("Lo que hay en su área"),
        "right_page": _("Ver la página del derecho"),
        "territory_page": _("Ver la página del territorio"),
        "more": _("Y {n} más: están en la descarga."),
        "rights": _("Derechos o proyectos: {n}"),
        "lands": _("Territorios: {n}"),
        "no_rights": _("Ningún derecho o proyecto de esta publicación se superpone con su área."),
        "no_lands": _(
            "Ningún territorio de esta publicación se superpone con su área. Que no aparezca no "
            "significa que no exista."
        ),
        "limits": _("Lo que este cálculo no dice"),
        "downloads": _("Descargar este resultado:"),
        "csv": _("CSV (tabla)"),
        "geojson": _("GeoJSON"),
        "gpkg": _("GeoPackage"),
        "kml": _("KML"),
    },
    "compare": {
        "label": _("Qué cambió"),
        "since": _("Desde la publicación"),
        "show": _("Mostrar los cambios"),
        "loading": _("Comparando…"),
        "none": _("Todavía no hay otra publicación con la que comparar."),
        "note": _(
            "Compara dos publicaciones de este mapa. Un cambio puede venir de la fuente, o de cómo "
            "se leyó."
        ),
        "new": _("Nuevos: {n}"),
        "changed": _("Con cambios: {n}"),
        "no_new": _("No hay derechos nuevos."),
        "no_changed": _("Ningún derecho cambió."),
        "rest": _("Y {n} más: están en la página de cambios."),
        "gone_rights": _("Derechos que ya no están: {n}"),
        "gone_territories": _("Territorios que ya no están: {n}"),
        "gone_why": _("De lo que ya no está se dice cuántos son, no cuáles territorios."),
        "page": _("Todos los cambios, en una página"),
    },
    "print": {
        "label": _("Imprimir"),
        "paper": _("Hoja"),
        "turned": _("Posición"),
        "upright": _("Vertical"),
        "across": _("Horizontal"),
        "scale": _("Escala"),
        "view": _("Lo que veo en el mapa"),
        "one_to": _("1:{n}"),
        "heading": _("Título (si quiere)"),
        "make": _("Hacer el PDF"),
        "making": _("El PDF se está haciendo; se descarga solo."),
        "note": _("Sale lo que el mapa muestra ahora, con sus filtros; nunca un área dibujada."),
    },
}
