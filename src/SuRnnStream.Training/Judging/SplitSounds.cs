namespace SuRnnStream.Training.Judging;

/// <summary>A clip of one word, or of none.</summary>
/// <param name="File">Its path.</param>
/// <param name="Speaker">The speaker's id; empty where nobody speaks or nobody knows who.</param>
/// <param name="Label">One of the ten commands, <c>unknown</c> or <c>silence</c>.</param>
/// <param name="Word">The word itself, as the folder or the file name says; the same as the label where it says no more.</param>
/// <param name="Source">The folder of the data: <c>speech-commands</c>, <c>commands-dev</c> or <c>speech-commands-more</c>.</param>
sealed record SplitClip(string File, string Speaker, string Label, string Word, string Source);

/// <summary>What kind of running speech an utterance is.</summary>
enum SpeechKind
{
    /// <summary>Native readers of books (LibriSpeech) with a transcript: the easiest speech.</summary>
    Read,

    /// <summary>Sentences and talk over the telephone (WUW Corpus II).</summary>
    Telephone,

    /// <summary>Sentences read by Mandarin speakers of English, half of them children (speechocean762).</summary>
    NonNative,

    /// <summary>Without a transcript (LibriSpeech of speech-more, coffee orders): may contain a command. For training only.</summary>
    Untranscribed,
}

/// <summary>An utterance of running speech.</summary>
/// <param name="File">Its path.</param>
/// <param name="Speaker">The speaker's id; empty where nobody knows.</param>
/// <param name="Kind">What kind of speech it is.</param>
/// <param name="HasCommand">True: its transcript contains a command or a wake word, so a detection in it may be right.</param>
sealed record SplitSpeech(string File, string Speaker, SpeechKind Kind, bool HasCommand)
{
    /// <summary>The commands and wake words in its transcript, with spaces between.</summary>
    public string Said { get; init; } = "";
}

/// <summary>A part of a recording of noise.</summary>
/// <param name="File">The recording.</param>
/// <param name="From">Where the part begins, as a part of the recording, 0 to 1.</param>
/// <param name="To">Where it ends, likewise.</param>
sealed record SplitNoise(string File, double From, double To)
{
    /// <summary>The part's samples, of the whole recording's.</summary>
    public float[] Cut(float[] recording) => recording[(int)(recording.Length * From)..(int)(recording.Length * To)];
}

/// <summary>A recording of a wake word, or of a phrase that is none.</summary>
/// <param name="File">Its path.</param>
/// <param name="Word">The folder: <c>computer</c>, <c>alexa</c> or another phrase.</param>
/// <param name="Fold">One of five parts, 0 to 4, by the file's name; part 0 is what <c>surnn-train word</c> holds back.</param>
sealed record SplitWakeWord(string File, string Word, int Fold);
