using Xunit;

namespace SuRnnStream.Cluster.Tests;

public sealed class ReplayBufferTest
{
    [Fact]
    public void From_AnyPlace_GivesWhatWasWritten_HoweverItWasCut()
    {
        var (random, buffer, all) = (new Random(1), new ReplayBuffer(2, 100_000), new List<byte>());
        for (var i = 0; i < 50; i++)
        {
            var piece = new byte[2 * random.Next(1, 200)];
            random.NextBytes(piece);
            buffer.Add(piece);
            all.AddRange(piece);
        }
        Assert.Equal(all.Count / 2, buffer.End);
        for (var at = 0L; at < buffer.End;)
        {
            var most = random.Next(1, 300);
            var (position, samples) = buffer.From(at, most);
            Assert.Equal(at, position);
            Assert.Equal(all.Skip((int)at * 2).Take(Math.Min(most * 2, all.Count - (int)at * 2)), samples);
            at += samples.Length / 2;
            buffer.Forget(at - random.Next(0, 500));
        }
        Assert.Equal((buffer.End, 0), (buffer.From(buffer.End, 10).Position, buffer.From(buffer.End, 10).Samples.Length));
    }

    [Fact]
    public void Add_OfTheWholePieceThatIsSent_CopiesNothing()
    {
        var (buffer, piece) = (new ReplayBuffer(2, 10_000), new byte[3_200]);
        buffer.Add(piece);
        Assert.Same(piece, buffer.From(0, 4_000).Samples);
    }

    [Fact]
    public void From_AcrossAGap_StopsBeforeIt_AndGoesOnAfterIt()
    {
        var buffer = new ReplayBuffer(2, 10_000);
        buffer.Add(new byte[200]);
        buffer.Skip(50);
        buffer.Add(new byte[400]);
        Assert.Equal((0, 200), Of(buffer.From(0, 1_000)));
        Assert.Equal((150, 400), Of(buffer.From(100, 1_000)));
        Assert.Equal((150, 400), Of(buffer.From(120, 1_000)));
        Assert.Equal((200, 300), Of(buffer.From(200, 1_000)));
        buffer.Skip(30);
        Assert.Equal((380, 0), Of(buffer.From(350, 1_000)));
    }

    [Fact]
    public void Add_BeyondWhatIsKept_ForgetsTheOldest()
    {
        var buffer = new ReplayBuffer(2, 1_000);
        for (var i = 0; i < 1_000; i++) buffer.Add(new byte[200]);
        Assert.Equal((100_000, 99_000, 1_000), (buffer.End, buffer.Oldest, buffer.Held));
        Assert.Equal(99_000, buffer.From(0, 10).Position);
        buffer.Forget(99_950);
        Assert.Equal(99_900, buffer.Oldest);
        buffer.Forget(100_000);
        Assert.Equal((100_000, 0, 1_000), (buffer.Oldest, buffer.Held, buffer.Room));
    }

    static (long, int) Of((long Position, byte[] Samples) piece) => (piece.Position, piece.Samples.Length);
}
