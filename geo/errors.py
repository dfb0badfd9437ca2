"""A class for each failure that a caller or a test must tell apart.

An error is a name and one sentence, in the language of the catalogue, that tells the
user what to do next. The command line prints the sentence and ends with code 2.
"""


class DeslindeError(Exception):
    """Something the user can mend. Its text is one sentence that says how."""


class DateUnreadable(DeslindeError):
    """A text that is no date in any form that we have met."""


class DeclarationError(DeslindeError):
    """A file of data/ says something that cannot be: names the file and the key."""


class StageBroken(DeslindeError):
    """A stage of the pipeline would not hold what it promises: a fault of ours, not the user's."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Defecto del programa: {what}. Avise a quien lo mantiene y diga con qué archivo pasó."
        )


class RowsLost(StageBroken):
    """Rows in are not rows out plus rows excluded."""


class FileUnreadable(DeslindeError):
    """A file cannot be read as what it says it is."""


class FileRefused(DeslindeError):
    """A file could be read, but must not be: a bomb, or a path that leaves its archive."""


class CrsMissing(DeslindeError):
    """A file does not say in which coordinates it is, and no standard says it either."""


class CrsUnreadable(DeslindeError):
    """A coordinate reference system that nobody can make sense of."""


class TransformationRefused(DeslindeError):
    """No operation between two datums is known well enough to be used."""


class PlaneRefused(DeslindeError):
    """An area was asked for in a plane in which areas are not true."""


class OutsideCountry(DeslindeError):
    """The shapes do not lie in the country that the rules are written for."""


class SourceUnknown(DeslindeError):
    """A source id that no file of data/sources declares."""


class FieldsMissing(DeslindeError):
    """A file lacks the fields that its source promises."""


class FilterRefused(DeslindeError):
    """A condition on the rows that cannot be understood."""


class FactsUnreadable(DeslindeError):
    """A file of facts with a line that cannot be used."""


class NothingToDo(DeslindeError):
    """There is nothing imported, or no release, where one is needed."""


class SettingMissing(DeslindeError):
    """The environment lacks, or contradicts, what the program needs to start."""


class ReleaseDamaged(DeslindeError):
    """A release on disk is not what its manifest says."""


class OverlapFailed(DeslindeError):
    """Shapes that cannot be laid on each other; `i` and `j` are their rows, -1 where unknown."""

    def __init__(self, text: str, i: int = -1, j: int = -1) -> None:
        super().__init__(text)
        self.i, self.j = i, j


class FileUnwritable(DeslindeError):
    """A file cannot be written: no such format, no room, or no permission."""


class AxesSwapped(DeslindeError):
    """Every shape has its two coordinates in the wrong order."""


class LayerUnclear(DeslindeError):
    """A file with several layers, of which none was named, or one that is not there."""


class SnapshotDamaged(DeslindeError):
    """Bytes kept under a SHA-256 are no longer those bytes."""


class SeveralImports(DeslindeError):
    """One word would open several files at once to more people."""


class ChoiceUnknown(DeslindeError):
    """An id, a case or a release that a bundle was asked for and that is not there."""


class CodesUnreadable(DeslindeError):
    """A list of codes that cannot be read as one."""


class AnnexFailed(DeslindeError):
    """The annex could not be set: a font is missing, or a text cannot be printed."""


class BundleUnreadable(DeslindeError):
    """A file that is no bundle, is of a newer form, or would write outside its folder.

    `file`: the file inside the bundle that it is about, "" for the bundle itself.
    """

    def __init__(self, text: str, file: str = "") -> None:
        super().__init__(text)
        self.file = file


class SigningRefused(DeslindeError):
    """A bundle that must not, or cannot, be signed: a specimen, or a key that does not open."""


class StampFailed(DeslindeError):
    """A time stamp that did not come, does not verify, or comes from nobody that is trusted."""


class CustodyBroken(DeslindeError):
    """A chained log whose lines do not follow one another."""


class RegisterClosed(DeslindeError):
    """The register is locked, or was never made, where it must be open."""


class RegisterThere(DeslindeError):
    """A register was to be made, or restored, where there is one already."""


class KeyRefused(DeslindeError):
    """A passphrase or a key file that does not open the register, or that must not be used."""


class RegisterDamaged(DeslindeError):
    """The database is cut short, was changed from outside, or is of a newer form."""


class SealBroken(RegisterDamaged):
    """A sealed row is not what was sealed there: changed, moved, or under an absent key."""


class RecordChanged(DeslindeError):
    """Somebody else wrote the same record since it was read."""


class RecordUnknown(DeslindeError):
    """An id that is not in the register, or whose content was withdrawn."""


class RecordRefused(DeslindeError):
    """A record that says something that cannot be; `fields`: name of a field -> what to mend."""

    def __init__(self, text: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.fields = fields or {}


class AttachmentRefused(DeslindeError):
    """A file that is too large, is not what it says, or would unfold into something huge."""


class BackupUnreadable(DeslindeError):
    """A backup that is cut short, is none, or does not open with this passphrase."""


class ReleaseRefused(DeslindeError):
    """Something sealed or public that may not go out: approvals are missing, or a check failed."""


class PlacesMissing(DeslindeError):
    """No districts were brought in, or a file of them that cannot be used."""


class AskedBadly(DeslindeError):
    """What a reader asked of the map cannot be answered.

    `sentence` is a message id and `values` fill its words, so that it can be said in any language.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence, self.values = sentence, values


class AreaRefused(AskedBadly):
    """A drawn area that cannot be analysed: it crosses itself, is too large, is elsewhere."""


class CopyFailed(DeslindeError):
    """A copy of the site that could not be made whole, or would be too large for its purpose."""


class CopyRefused(DeslindeError):
    """A copy was to take the place of files that are not a copy of ours."""
