using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests;

/// <summary>A saved stream that was damaged is refused, and one that lies about its memory leaves no detector deaf.</summary>
public sealed class SavedStateTest
{
    public static TheoryData<string> Kinds => ["sound", "sensors", "rhythm", "hold"];

    [Theory, MemberData(nameof(Kinds))]
    public void Restore_WithAnyBitFlipped_IsRefused(string kind)
    {
        var (detector, saved) = Saved(kind);
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            var damaged = saved.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Throws<InvalidDataException>(() => detector.Restore(new MemoryStream(damaged)));
            Assert.Equal(0, detector.Position); // reset, as is promised
        }
        detector.Restore(new MemoryStream(saved));
        Assert.NotEqual(0, detector.Position);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Restore_CutAnywhere_IsRefused(string kind)
    {
        var (detector, saved) = Saved(kind);
        for (var length = 0; length < saved.Length; length += 1 + length / 40) Assert.Throws<InvalidDataException>(() => detector.Restore(new MemoryStream(saved, 0, length)));
    }

    /// <summary>What is after the state in the stream is somebody else's.</summary>
    [Fact]
    public void Restore_TakesItsOwnBytesAlone()
    {
        var (detector, saved) = Saved("sensors");
        var stream = new MemoryStream([.. saved, 1, 2, 3]);
        detector.Restore(stream);
        Assert.Equal(saved.Length, stream.Position);
    }

    /// <summary>A checksum finds damage, not intent: with a right one every value still has to be in its range.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Restore_OfLiesUnderARightChecksum_IsRefused_OrDetectsOn(string kind)
    {
        var (detector, saved) = Saved(kind);
        var (random, refused, sound) = (new Random(12), 0, Samples(kind));
        var content = saved[Envelope.HeaderLength..];
        for (var i = 0; i < 1_000; i++)
        {
            var lies = content.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) lies[random.Next(lies.Length)] ^= (byte)(1 << random.Next(8));
            var sealedLies = new MemoryStream();
            Envelope.Write(sealedLies, saved.AsSpan(0, 8), 1, lies);
            sealedLies.Position = 0;
            try
            {
                detector.Restore(sealedLies);
            }
            catch (InvalidDataException)
            {
                refused++;
                continue;
            }
            detector.Process(sound, _ => { });
            Assert.All(detector.State.Scores.ToArray(), score => Assert.InRange(score, 0, 1.001f));
        }
        Assert.InRange(refused, 1, 999);
    }

    /// <summary>A finite number that no frame and no neuron has would make an infinity, and of two of them NaN, in a later frame.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Restore_OfAHugeNumberAnywhere_IsRefused_OrDetectsOn(string kind)
    {
        var (detector, saved) = Saved(kind);
        var (content, sound, refused) = (saved[Envelope.HeaderLength..], Samples(kind).Take(1_200).ToArray(), 0);
        for (var at = 0; at < content.Length - sizeof(float); at += 3) // of every alignment
        {
            var changed = content.ToArray();
            BitConverter.TryWriteBytes(changed.AsSpan(at), 3e38f);
            var to = new MemoryStream();
            Envelope.Write(to, saved.AsSpan(0, 8), 1, changed);
            to.Position = 0;
            try
            {
                detector.Restore(to);
            }
            catch (InvalidDataException)
            {
                refused++;
                continue;
            }
            detector.Process(sound, _ => { });
            Assert.All(detector.State.Scores.ToArray(), score => Assert.InRange(score, 0, 1.001f));
        }
        Assert.True(refused > 20, $"{refused} were refused");
    }

    static (StreamingDetector Detector, byte[] Saved) Saved(string kind)
    {
        var detector = new StreamingDetector(kind == "sound" ? ToneModel.Build() : kind == "hold" ? TinyModels.Build(TinyModels.HoldConfig()) : SensorModels.Build(kind == "rhythm" ? SensorModels.Rhythm : null));
        detector.Process(Samples(kind), _ => { });
        var stream = new MemoryStream();
        detector.Save(stream);
        return (detector, stream.ToArray());
    }

    static float[] Samples(string kind) => kind is "sensors" or "rhythm" ? SensorModels.Stream(500, seed: 9)
        : [.. Enumerable.Range(0, 8_123).Select(i => 0.5f * MathF.Sin(0.2f * i))];
}
