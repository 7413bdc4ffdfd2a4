using Xunit;

namespace SuRnnStream.Tests.Signals;

public sealed class LevelCheckTest
{
    const int Rate = 16_000;

    /// <summary>Bursts of noise, 0.3 s in each half second, over a quieter hiss: as loud and as wide as speech.</summary>
    static float[] Speech(double level = 0.1, double hiss = 0.001, int seconds = 6)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, seconds * Rate).Select(i => (float)((i % 8_000 < 4_800 ? level : hiss) * (2 * random.NextDouble() - 1)))];
    }

    static LevelCheck Check(float[] samples, int rate = Rate, int piece = 777)
    {
        var check = new LevelCheck(rate);
        for (var i = 0; i < samples.Length; i += piece) check.Take(samples.AsSpan(i, Math.Min(piece, samples.Length - i)));
        return check;
    }

    static LevelFault[] Faults(float[] samples, int rate = Rate) => [.. Check(samples, rate).Advise().Select(advice => advice.Fault)];

    [Fact]
    public void Advise_OfGoodSound_IsEmpty()
    {
        var check = Check(Speech());
        Assert.Empty(check.Advise());
        Assert.InRange(check.SpeechLevel, -26, -23); // uniform noise to 0.1: -24.8 dBFS
        Assert.InRange(check.NoiseLevel, -66, -63);
        Assert.Equal(TimeSpan.FromSeconds(6), check.Duration);
    }

    [Fact]
    public void Advise_OfEachFault_NamesItAlone()
    {
        Assert.Equal([LevelFault.Silent], Faults(new float[6 * Rate]));
        Assert.Equal([LevelFault.TooQuiet], Faults(Speech(level: 0.002, hiss: 0.0002)));
        Assert.Equal([LevelFault.Clipped], Faults([.. Speech(level: 3).Select(sample => Math.Clamp(sample, -1, 1))]));
        Assert.Equal([LevelFault.Offset], Faults([.. Speech().Select(sample => sample + 0.05f)]));
        Assert.Equal([LevelFault.NarrowBand], Faults([.. Speech().Take(6 * 8_000)], rate: 8_000));
        Assert.Equal([LevelFault.Holes], Faults(Speech(hiss: 0)));
    }

    [Fact]
    public void Advise_OfTelephoneSound_IsNarrowBand()
    {
        var source = Resampler.To(new ArraySource(Speech(seconds: 8), 8_000), Rate); // noise to 4 kHz
        var (samples, read) = (new float[15 * Rate], 0);
        for (int n; (n = source.Read(samples.AsSpan(read))) > 0;) read += n;
        Assert.Contains(LevelFault.NarrowBand, Faults(samples[..read]));
    }

    [Fact]
    public void Advise_OfADeadChannel_NamesTheOther()
    {
        var advice = Assert.Single(Check(new float[6 * Rate]).Advise(Check(Speech())));
        Assert.Equal(LevelFault.DeadChannel, advice.Fault);
        Assert.Contains("--channel", advice.Sentence);
        Assert.Empty(Check(Speech()).Advise(Check(new float[6 * Rate])));
    }

    /// <summary>Each sentence says what was measured, and what to do.</summary>
    [Fact]
    public void Advise_OfEachFault_SaysWhatToDo()
    {
        static string Sentence(float[] samples, int rate = Rate) => Assert.Single(Check(samples, rate).Advise()).Sentence;
        Assert.StartsWith("Only digital silence came: switch the microphone on", Sentence(new float[6 * Rate]), StringComparison.Ordinal);
        Assert.Matches(@"^The loudest parts reach only -5\d dBFS: raise the capture level", Sentence(Speech(level: 0.002, hiss: 0.0002)));
        Assert.Matches(@"^[\d.]+ % of the samples are clipped at full scale: lower the capture level", Sentence([.. Speech(level: 3).Select(sample => Math.Clamp(sample, -1, 1))]));
        Assert.StartsWith("The mean of the samples is 5 % of full scale instead of 0: use another input", Sentence([.. Speech().Select(sample => sample + 0.05f)]), StringComparison.Ordinal);
        Assert.Equal("This channel gives nothing while another one does: use the other one (Channel, --channel), because the mean of both is half as loud.", Assert.Single(Check(new float[6 * Rate]).Advise(Check(Speech()))).Sentence);
        Assert.StartsWith("The device gives 8000 samples per second, so there is nothing above 4000 Hz: ask it for 16000", Sentence([.. Speech().Take(6 * 8_000)], rate: 8_000), StringComparison.Ordinal);
        Assert.Matches(@"^The sound is cut to silence \d+ times in 6 s: switch the noise suppression or noise gate off", Sentence(Speech(hiss: 0)));
    }

    [Fact]
    public void Advise_IsOneSentenceWithARemedy_AndDoesNotDependOnThePieces()
    {
        float[] bad = [.. Speech(level: 3).Select(sample => Math.Clamp(sample + 0.1f, -1, 1))];
        Assert.Equal(Check(bad, piece: 1).Advise(), Check(bad, piece: 100_000).Advise());
        Assert.All(Check(bad).Advise(), advice =>
        {
            Assert.Equal(1, advice.Sentence.Count(letter => letter == ':'));
            Assert.EndsWith(".", advice.Sentence);
        });
    }
}
