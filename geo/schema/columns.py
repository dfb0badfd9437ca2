"""One definition per column: name, type, unit, tier, label, meaning.

Popup, table, GeoPackage, CSV and API read these, so they cannot disagree. Labels and
meanings are message ids of the catalogue (Spanish).
"""

from dataclasses import dataclass

from geo.terms import Noun, Tier

TEXT = "string"
NUMBER = "Float64"
COUNT = "Int64"
ANSWER = "boolean"
SHAPE = "geometry"


@dataclass(frozen=True)
class Column:
    """One column. `tier` is the widest tier in which its values may stand as they are."""

    name: str
    dtype: str
    label: str
    meaning: str
    unit: str = ""
    tier: Tier = Tier.PUBLIC


GEOMETRY = Column("geometry", SHAPE, "Geometría", "Vértices en EPSG:4326 (longitud, latitud).")

# what every row of every layer carries
PROVENANCE = (
    Column("key", TEXT, "Clave", "Identificador único en todo el sistema: fuente:código."),
    Column("native_id", TEXT, "Código", "Código tal como lo publica la fuente, con sus ceros."),
    Column("name", TEXT, "Nombre", "Nombre según la fuente."),
    Column("source_id", TEXT, "Fuente", "Fuente declarada en data/sources."),
    Column("snapshot", TEXT, "Archivo (SHA-256)", "Huella de los bytes de los que sale la fila."),
    Column("row", COUNT, "Fila", "Número de fila en el archivo original, desde 0."),
    Column("as_of", TEXT, "Fecha de los datos", "Fecha a la que corresponde el archivo."),
    Column("tier", TEXT, "Nivel de acceso", "Quién puede ver la fila."),
    Column("illustrative", ANSWER, "Ilustrativo", "Dato inventado para la demostración."),
    Column("plane", TEXT, "Plano", "Sistema de coordenadas en el que los lados son rectos."),
    Column("error_m", NUMBER, "Error de vértice", "Error horizontal al 95 %, sin el datum.", "m"),
    Column("datum_error_m", NUMBER, "Error del datum", "Error al 95 % del cambio de datum.", "m"),
    Column("crs_declared", TEXT, "CRS declarado", "Lo que el archivo dice; vacío si calla."),
    Column("crs_used", TEXT, "CRS usado", "El sistema con el que se leyeron los números."),
    Column(
        "crs_basis", TEXT, "Base del CRS", "Cómo se sabe: declarado, norma, documento, asumido."
    ),
    Column("operation", TEXT, "Operación de datum", "Operación EPSG aplicada a cada vértice."),
    Column("operation_accuracy_m", NUMBER, "Exactitud de la operación", "Según EPSG.", "m"),
    Column(
        "grid_datum",
        TEXT,
        "Datum de la cuadrícula",
        "Datum en el que sus vértices son kilómetros enteros.",
    ),
    Column("area_plane_ha", NUMBER, "Área en el plano UTM", "Calculada en su zona UTM.", "ha"),
    Column(
        "area_geodesic_ha", NUMBER, "Área geodésica", "Calculada sobre el elipsoide WGS84.", "ha"
    ),
    Column(
        "area_title_ha", NUMBER, "Área según título o contrato", "La que dice el documento.", "ha"
    ),
    Column("department", TEXT, "Departamento", "Según la fuente."),
    Column("province", TEXT, "Provincia", "Según la fuente."),
    Column("district", TEXT, "Distrito", "Según la fuente."),
    Column("documents", TEXT, "Documentos", "Documentos en los que se apoyan las fechas."),
)

CONCESSION = (
    *PROVENANCE,
    Column(
        "kind", TEXT, "Tipo", "Minería, forestal, hidrocarburos, predio, infraestructura, zona."
    ),
    Column("status", TEXT, "Estado", "Estado en términos cerrados."),
    Column("status_raw", TEXT, "Estado según la fuente", "Con las palabras de la fuente."),
    Column("holder", TEXT, "Titular", "Según la fuente; las personas naturales no se publican."),
    Column("holder_kind", TEXT, "Tipo de titular", "Empresa, persona natural, Estado, comunidad."),
    Column("filed_on", TEXT, "Fecha de formulación", "Fecha de presentación del petitorio."),
    Column("granted_on", TEXT, "Fecha de otorgamiento", "Fecha de la resolución o del contrato."),
    Column("expires_on", TEXT, "Vence el", "Fin del plazo según la fuente."),
    Column("extinguished_on", TEXT, "Fecha de extinción", "Fecha de la extinción."),
    Column("works_started_on", TEXT, "Inicio de obras", "Inicio documentado de las actividades."),
    Column(
        "accumulation",
        ANSWER,
        "Acumulación",
        "Su fecha es la de la fusión; sus partes son anteriores.",
    ),
    Column("substance", TEXT, "Sustancia", "Metálica o no metálica, según la fuente."),
    Column(
        "area_cadastre_ha", NUMBER, "Área según el catastro", "La que publica el catastro.", "ha"
    ),
    Column(
        "consulted_on", TEXT, "Fecha de consulta previa", "Fecha del acto de consulta que consta."
    ),
    Column(
        "consultation_search",
        TEXT,
        "Búsqueda de consulta",
        "Resultado: found, not found; vacío si nadie buscó.",
    ),
    Column("consultation_searched_on", TEXT, "Fecha de la búsqueda", "Día en que se buscó."),
    Column("consultation_register", TEXT, "Registro consultado", "Registro y palabras buscadas."),
    GEOMETRY,
)

TERRITORY = (
    *PROVENANCE,
    Column("part", TEXT, "Parte", "Parte del territorio; la fecha de título es de la parte."),
    Column("group", TEXT, "Comunidad o reserva", "Lo que une las partes de un mismo territorio."),
    Column(
        "tenure",
        TEXT,
        "Tenencia",
        "Titulado, cesión en uso, reconocido, solicitado, reserva, desconocido.",
    ),
    Column(
        "tenure_basis",
        TEXT,
        "Base de la tenencia",
        "El campo o documento que la dice; vacío si nadie.",
    ),
    Column("tenure_raw", TEXT, "Tenencia según la fuente", "Con las palabras de la fuente."),
    Column(
        "called",
        TEXT,
        "Cómo se le llama",
        "titled o polygon-per-source, según la tolerancia catastral.",
    ),
    Column("people", TEXT, "Pueblo", "Pueblo indígena según la fuente."),
    Column("category", TEXT, "Categoría", "Categoría del área protegida o reserva."),
    Column("titled_on", TEXT, "Fecha de título", "Fecha del título de la parte."),
    Column("recognised_on", TEXT, "Fecha de reconocimiento", "Reconocimiento de la comunidad."),
    Column("registered_on", TEXT, "Fecha de inscripción", "Inscripción en Registros Públicos."),
    Column("claimed_on", TEXT, "Fecha de solicitud", "Solicitud de titulación o ampliación."),
    GEOMETRY,
)

OVERLAPS = (
    Column("concession_key", TEXT, "Clave del derecho", "Fuente y código del derecho."),
    Column("concession_id", TEXT, "Código del derecho", "Código con sus ceros."),
    Column("concession_name", TEXT, "Nombre del derecho", "Según la fuente."),
    Column("territory_key", TEXT, "Clave del territorio", "Fuente y código del territorio."),
    Column("territory_id", TEXT, "Código del territorio", "Código según la fuente."),
    Column("territory_name", TEXT, "Nombre del territorio", "Según la fuente."),
    Column("area_ha", NUMBER, "Área superpuesta", "En el plano UTM de la zona del derecho.", "ha"),
    Column("area_geodesic_ha", NUMBER, "Área superpuesta geodésica", "Sobre el elipsoide.", "ha"),
    Column(
        "area_min_ha", NUMBER, "Mínimo", "Con el territorio encogido en el error al 95 %.", "ha"
    ),
    Column(
        "area_max_ha", NUMBER, "Máximo", "Con el territorio agrandado en el error al 95 %.", "ha"
    ),
    Column(
        "area_psad56_ha",
        NUMBER,
        "Área en PSAD56",
        "Sobre los vértices PSAD56 originales de ambos.",
        "ha",
    ),
    Column(
        "share_of_concession", NUMBER, "Parte del derecho", "Área geodésica entre área geodésica."
    ),
    Column(
        "share_of_territory", NUMBER, "Parte del territorio", "Área geodésica entre área geodésica."
    ),
    Column("error_m", NUMBER, "Error conjunto", "Error al 95 % de ambos límites.", "m"),
    Column("distance_m", NUMBER, "Distancia", "Entre ambos; 0 cuando se tocan o superponen.", "m"),
    Column("mean_width_m", NUMBER, "Ancho medio", "Dos veces el área entre el perímetro.", "m"),
    Column("zone", TEXT, "Zona", "Zona UTM en la que se midió."),
    Column("plane", TEXT, "Plano", "CRS en el que se midió."),
    Column("overlap_class", TEXT, "Clase", "overlap, sliver, indeterminate, near, adjacent."),
    GEOMETRY,
)

FLAGS = (
    Column("concession_key", TEXT, "Clave del derecho", "Fuente y código del derecho."),
    Column("territory_key", TEXT, "Clave del territorio", "Fuente y código del territorio."),
    Column("code", TEXT, "Código", "Código de la pregunta."),
    Column("answer", TEXT, "Respuesta", "yes, no o unknown."),
    Column("severity", TEXT, "Prioridad", "Prioridad de revisión, no calificación legal."),
    Column("es", TEXT, "Oración", "La oración en español."),
    Column("en", TEXT, "Oración en inglés", "La oración en inglés."),
    Column("used", TEXT, "Datos usados", "Columnas con valor, separadas por «;»."),
    Column("missing", TEXT, "Datos que faltan", "Columnas sin valor, separadas por «;»."),
    Column("rules", TEXT, "Reglas", "Versión de las reglas."),
)

DEEDS = (
    Column("snapshot", TEXT, "Archivo (SHA-256)", "Huella de los bytes."),
    Column("row", COUNT, "Fila", "Número de fila en el archivo, desde 0."),
    Column("step", TEXT, "Paso", "Paso de la normalización."),
    Column("deed", TEXT, "Qué se hizo", "excluded, repaired o noted."),
    Column("field", TEXT, "Campo", "El campo afectado."),
    Column("reason", TEXT, "Motivo", "Por qué."),
    Column("before", TEXT, "Antes", "Valor anterior."),
    Column("after", TEXT, "Después", "Valor posterior."),
)

_NOUNS = {Noun.CONCESSION: CONCESSION, Noun.TERRITORY: TERRITORY}


def of_noun(noun: Noun) -> tuple[Column, ...]:
    """The columns of a noun's layer, in order, `geometry` last."""
    return _NOUNS[noun]
