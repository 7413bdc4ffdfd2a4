using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SuRnnStream.Evaluation;

/// <summary>
/// By what a training's clips and speakers are known again without them: the smallest of their SHA-256 hashes, six bytes each, at most a thousand (a bottom-k sketch: Thorup,
/// STOC 2013). A small training is kept whole; of a large one every judged clip whose hash is within the kept range can be checked.
/// </summary>
public sealed class TrainingPrint
{
    /// <summary>Names of the entries in a model's card.</summary>
    public const string ClipsEntry = "trained clips", SpeakersEntry = "trained speakers";

    const int Length = 6;
    int _most = 1_000;
    readonly SortedSet<long> _clips = [], _speakers = [];
    int _clipCount, _speakerCount;

    /// <summary>One that keeps all hashes, for a folder that is there: every judged sound can be checked.</summary>
    public static TrainingPrint Whole() => new() { _most = int.MaxValue };

    /// <summary>A clip that is trained on.</summary>
    /// <param name="samples">As the file has them.</param>
    /// <param name="speaker">Who; empty: not known.</param>
    public void Add(ReadOnlySpan<float> samples, string speaker) => Add(SoundHash.Of(samples), speaker);

    /// <summary>The same by its <see cref="SoundHash"/>.</summary>
    internal void Add(byte[] sound, string speaker)
    {
        Keep(_clips, Prefix(sound), ref _clipCount);
        if (speaker.Length > 0) Keep(_speakers, OfSpeaker(speaker), ref _speakerCount);
    }

    /// <summary>Adds the entries to a card.</summary>
    public void WriteTo(IDictionary<string, string> card)
    {
        if (_clipCount > 0) card[ClipsEntry] = Text(_clips, _clipCount);
        if (_speakerCount > 0) card[SpeakersEntry] = Text(_speakers, _speakerCount);
    }

    /// <summary>What a card says; null: it says nothing of the kind.</summary>
    public static TrainingPrint? Of(IReadOnlyDictionary<string, string> card)
    {
        var print = new TrainingPrint();
        var known = Read(card.GetValueOrDefault(ClipsEntry), print._clips, ref print._clipCount) | Read(card.GetValueOrDefault(SpeakersEntry), print._speakers, ref print._speakerCount);
        return known ? print : null;
    }

    /// <summary>How many judged sounds and speakers the training had too; figures on those flatter.</summary>
    /// <param name="streams">What was judged. A stream whose sound was not hashed counts only by its speakers.</param>
    public LeakCheck Check(IReadOnlyCollection<JudgedStream> streams)
    {
        var (clips, known) = Clips(streams.Select(stream => stream.Sound).Where(sound => sound.Length > 0));
        var (people, knownPeople) = Speakers(streams.SelectMany(stream => stream.Judged.Select(row => row.Speaker).Append(stream.Speaker)).Distinct());
        return new LeakCheck(clips, known, people, knownPeople);
    }

    /// <summary>Of these sounds, how many could be checked, and how many of those the training has.</summary>
    internal (int Checked, int Known) Clips(IEnumerable<byte[]> sounds) => Count(_clips, _clipCount, sounds.Select(Prefix));

    /// <summary>The same of speakers.</summary>
    internal (int Checked, int Known) Speakers(IEnumerable<string> speakers) => Count(_speakers, _speakerCount, speakers.Where(name => name.Length > 0).Select(OfSpeaker));

    static (int Checked, int Known) Count(SortedSet<long> kept, int all, IEnumerable<long> judged)
    {
        var within = judged.Distinct().Where(one => kept.Count == all || one <= kept.Max).ToArray();
        return (within.Length, within.Count(kept.Contains));
    }

    void Keep(SortedSet<long> kept, long hash, ref int count)
    {
        if (kept.Contains(hash)) return;
        if (kept.Count == _most && hash > kept.Max)
        {
            count++; // perhaps once more for a sound that is there twice
            return;
        }
        kept.Add(hash);
        count++;
        if (kept.Count > _most) kept.Remove(kept.Max);
    }

    static long OfSpeaker(string name) => Prefix(SHA256.HashData(Encoding.UTF8.GetBytes("speaker " + name)));

    static long Prefix(byte[] hash)
    {
        var prefix = 0L;
        for (var i = 0; i < Length; i++) prefix = prefix << 8 | hash[i];
        return prefix;
    }

    static string Text(SortedSet<long> kept, int count)
    {
        var bytes = new byte[Length * kept.Count];
        foreach (var (n, hash) in kept.Index()) for (var i = 0; i < Length; i++) bytes[Length * n + i] = (byte)(hash >> 8 * (Length - 1 - i));
        return string.Create(CultureInfo.InvariantCulture, $"{count} {Convert.ToBase64String(bytes)}");
    }

    static bool Read(string? text, SortedSet<long> kept, ref int count)
    {
        if (text?.Split(' ') is not [var number, var coded] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out count)) return false;
        var bytes = new byte[coded.Length];
        if (!Convert.TryFromBase64String(coded, bytes, out var length) || length % Length != 0) return false;
        for (var at = 0; at < length; at += Length) kept.Add(Prefix(bytes[at..(at + Length)]));
        return kept.Count > 0;
    }
}
