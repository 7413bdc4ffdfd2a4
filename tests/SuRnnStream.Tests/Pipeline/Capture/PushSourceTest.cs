using Xunit;

namespace SuRnnStream.Tests.Pipeline;

public sealed class PushSourceTest : SampleSourceContract
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected override ISampleSource Open(float[] audio)
    {
        var source = new PushSource(1000, TimeSpan.FromSeconds(10));
        foreach (var piece in audio.Chunk(333)) source.Push(piece);
        source.Complete();
        return source;
    }

    static float[] Count(int from, int count) => [.. Enumerable.Range(from, count).Select(i => (float)i)];

    static PushSource Small() => new(1000, TimeSpan.FromMilliseconds(10)); // ten samples

    [Fact]
    public void Sensors_WhenTooManyWait_LoseWholeMoments()
    {
        var source = new PushSource(0.5, 3, moments: 4);
        Assert.Equal((1, 0.5, 3), (source.SampleRate, source.Rate, source.Channels));
        source.Push([1, 1, 1, 2, 2, 2, 3, 3, 3]);
        source.Push([4, 4, 4, 5, 5, 5, 6, 6, 6]); // two too many
        var samples = new float[8];
        Assert.Equal((6, 6), (source.Read(samples), source.SamplesLost));
        Assert.Equal([3, 3, 3, 4, 4, 4], samples[..6]);
        source.Push([.. Enumerable.Repeat(7f, 15)]); // more than there is room for
        Assert.Equal((0, 6), (source.Read(samples.AsSpan(0, 2)), source.SamplesLost));
        Assert.Equal((6, 15), (source.Read(samples), source.SamplesLost));
        Assert.Contains("4 samples are no whole moments of 3 channels", Assert.Throws<ArgumentException>(() => source.Push([1, 2, 3, 4])).Message);
    }

    [Fact]
    public void Push_IntoAFullQueue_LosesTheOldest()
    {
        var source = Small();
        source.Push(Count(0, 7));
        source.Push(Count(7, 7));
        Assert.Equal(0, source.SamplesLost); // not yet in front of anything that was read
        Assert.Equal(Count(4, 10), Read(source, 20));
        Assert.Equal(4, source.SamplesLost);
    }

    [Fact]
    public void Push_OfMoreThanFits_KeepsTheNewest()
    {
        var source = Small();
        source.Push(Count(0, 3));
        source.Push(Count(3, 22));
        Assert.Equal(Count(15, 10), Read(source, 20));
        Assert.Equal(15, source.SamplesLost);
    }

    [Fact]
    public void Read_StopsAtALoss_AndCountsItThen()
    {
        var source = Small();
        source.Push(Count(0, 3));
        source.Lose(100);
        source.Lose(11);
        source.Push(Count(200, 3));
        source.Push([]);
        Assert.Equal(Count(0, 3), Read(source, 20));
        Assert.Equal(0, source.SamplesLost);
        Assert.Equal(Count(200, 2), Read(source, 2));
        Assert.Equal(111, source.SamplesLost);
        Assert.Equal(Count(202, 1), Read(source, 2));
    }

    [Fact]
    public void ALossAmongWhatIsDropped_IsCountedToo()
    {
        var source = Small();
        source.Push(Count(0, 3));
        source.Lose(100);
        source.Push(Count(3, 9)); // drops two: the loss stays behind the third
        Assert.Equal(Count(2, 1), Read(source, 20));
        Assert.Equal(2, source.SamplesLost);
        source.Push(Count(12, 4)); // drops three of those behind the loss
        Assert.Equal(Count(6, 10), Read(source, 20));
        Assert.Equal(105, source.SamplesLost);
    }

    [Fact]
    public void EverySample_IsReadOrLost_AtItsPlace()
    {
        var (source, random, places) = (Small(), new Random(9), 0);
        var (buffer, expected) = (new float[7], 0L);
        for (var i = 0; i < 3000; i++)
        {
            if (random.Next(3) > 0)
            {
                var count = random.Next(25);
                source.Push(Count(places, count));
                places += count;
            }
            if (random.Next(10) == 0)
            {
                source.Lose(5);
                places += 5;
            }
            if (random.Next(2) == 0) continue;
            source.Push(Count(places++, 1)); // there is something, so that Read does not wait
            var lost = source.SamplesLost;
            var got = source.Read(buffer);
            expected += source.SamplesLost - lost;
            foreach (var sample in buffer[..got]) Assert.Equal(expected++, sample);
        }
        Assert.True(source.SamplesLost > 1000);
    }

    [Fact]
    public async Task Read_WaitsForAPush()
    {
        var source = Small();
        var read = Task.Run(() => Read(source, 5), Cancellation);
        source.Push(Count(1, 2));
        Assert.Equal(Count(1, 2), await read.WaitAsync(TimeSpan.FromMinutes(5), Cancellation));
        read = Task.Run(() => Read(source, 5), Cancellation);
        source.Complete();
        Assert.Empty(await read.WaitAsync(TimeSpan.FromMinutes(5), Cancellation));
    }

    [Fact]
    public void Complete_WithAFailure_IsThrownBehindTheLastSample_AndNothingComesAfterIt()
    {
        var (source, failure) = (Small(), new IOException("unplugged"));
        source.Push(Count(0, 2));
        source.Lose(9);
        source.Complete(failure);
        source.Complete();
        source.Push(Count(2, 2));
        Assert.Equal(Count(0, 2), Read(source, 20));
        Assert.Same(failure, Assert.Throws<IOException>(() => Read(source, 20)));
        Assert.Equal(9, source.SamplesLost);
    }

    [Fact]
    public void PushBytes_DecodesFramesOfAnyFormat()
    {
        var audio = Sound.Noise(6000);
        var source = new PushSource(new PcmFormat(SampleEncoding.S16, 48_000, 2), channel: 1);
        source.PushBytes(Sound.Pcm16([.. audio.SelectMany(sample => (float[])[0, sample])]));
        Assert.Throws<ArgumentException>(() => source.PushBytes(new byte[7]));
        source.Complete();
        AssertSameBits(audio, source.ReadAll());
        Assert.Equal(48_000, source.SampleRate);
        Assert.Throws<InvalidOperationException>(() => Small().PushBytes(new byte[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PushSource(new PcmFormat(SampleEncoding.S16, 48_000, 2), channel: 2));
    }

    [Fact]
    public void New_OutOfRange_SaysTheValue()
    {
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => new PushSource(-1)).Message);
        Assert.Contains("00:02:00", Assert.Throws<ArgumentOutOfRangeException>(() => new PushSource(16_000, TimeSpan.FromMinutes(2))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Small().Lose(-1));
    }

    [Theory, InlineData(1), InlineData(7), InlineData(100)]
    public async Task Push_ThatWaits_LosesNothing_EvenWhatIsLongerThanTheQueue(int piece)
    {
        var source = new PushSource(100.0, 2, moments: 5) { Overflow = OverflowPolicy.Wait };
        var all = Count(0, 2_000);
        var pushing = Task.Run(() =>
        {
            for (var at = 0; at < all.Length; at += 2 * piece)
            {
                if (at == 1_400) source.Lose(6);
                source.Push(all.AsSpan(at, Math.Min(2 * piece, all.Length - at)));
            }
            source.Complete();
        }, Cancellation);
        Assert.Equal(all, source.ReadAll(chunk: 6));
        await pushing.WaitAsync(TimeSpan.FromMinutes(5), Cancellation);
        Assert.Equal(1_400 % (2 * piece) == 0 ? 6 : 0, source.SamplesLost);
    }

    [Fact]
    public async Task Push_ThatWaits_ComesBackWhenTheSourceIsComplete()
    {
        var source = new PushSource(100.0, 1, moments: 5) { Overflow = OverflowPolicy.Wait };
        source.Push(Count(0, 5));
        var pushing = Task.Run(() => source.Push(Count(5, 20)), Cancellation);
        source.Complete();
        await pushing.WaitAsync(TimeSpan.FromMinutes(5), Cancellation);
        Assert.Equal(Count(0, 5), source.ReadAll());
    }

    static float[] Read(PushSource source, int most)
    {
        var buffer = new float[most];
        return buffer[..source.Read(buffer)];
    }
}
