using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SuRnnStream.Evaluation.Moments;

/// <summary>A <see cref="TrainingPrint"/> of recordings of sensors.</summary>
static class RecordingPrint
{
    /// <summary>By what recordings are known again: hashes of their channels' values, as the model gets them, and of their names.</summary>
    public static TrainingPrint Of(IEnumerable<EventStream> streams)
    {
        var print = new TrainingPrint();
        foreach (var stream in streams) print.Add(HashOf(stream), SpeakerOf(stream));
        return print;
    }

    static byte[] HashOf(EventStream stream) => SHA256.HashData([.. stream.Channels.SelectMany(channel => SHA256.HashData(MemoryMarshal.AsBytes(channel.AsSpan())))]);

    /// <summary>Who a recording is of is not known: each is a person of its own.</summary>
    static string SpeakerOf(EventStream stream) => "recording " + stream.Name;

    /// <summary>A line where some of these recordings are of the model's training; null: none is, or the card does not say.</summary>
    public static string? Leak(SuRnnModel model, IReadOnlyCollection<EventStream> streams)
    {
        if (TrainingPrint.Of(model.Card) is not { } print) return null;
        var (recordings, known) = print.Clips(streams.Select(HashOf));
        var (names, knownNames) = print.Speakers(streams.Select(SpeakerOf));
        return known + knownNames == 0 ? null : $"{known} of {recordings} judged recordings and {knownNames} of {names} names of recordings are of the model's training: the figures flatter; judge it on others";
    }
}
