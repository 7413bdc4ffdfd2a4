namespace SuRnnStream.Evaluation;

/// <summary>What says who speaks in a recording. A table's column <c>speaker</c> goes before it.</summary>
public enum SpeakersFrom
{
    /// <summary>The file's name up to the first _ or -, as in 0a2b400e_nohash_0.wav; the whole path where there is none.</summary>
    Name,

    /// <summary>The folder above that of the label: SPEAKER/LABEL/clip.wav, or the folder of a recording.</summary>
    Folder,

    /// <summary>Each recording is one of its own.</summary>
    Record,
}
