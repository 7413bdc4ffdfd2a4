using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests.Support;

/// <summary>Some streams with different sound, written in pieces of 100 ms, and what comes of them.</summary>
sealed class Run
{
    const int Piece = 1_600;

    readonly float[][] _sounds;
    readonly List<Detection>[] _heard;

    public Run(TestSilos cluster, int streams, double seconds)
    {
        _sounds = [.. Enumerable.Range(0, streams).Select(i => Speech.From(2.7 * i, seconds))];
        _heard = [.. _sounds.Select(_ => new List<Detection>())];
        Streams = [.. _sounds.Select((_, i) => cluster.Producer.Add(Name(i), Speech.Settings, new ClusterStreamOptions { OnDetection = _heard[i].Add }))];
    }

    public ClusterStream[] Streams { get; }

    public int Length => _sounds[0].Length;

    public string Name(int i) => $"hall-{i}";

    /// <summary>All pieces, as fast as they are taken; <paramref name="before"/> is called before each.</summary>
    public async Task WriteAsync(Func<int, Task>? before = null)
    {
        for (var piece = 0; piece * Piece < Length; piece++)
        {
            if (before is not null) await before(piece);
            for (var i = 0; i < Streams.Length; i++) Streams[i].Write(_sounds[i].AsSpan(piece * Piece, Piece));
            if (piece % 8 == 7) await Wait.Really(20, "saves are to come in between");
        }
    }

    /// <summary>Waits until every stream has been processed up to a piece.</summary>
    public Task ProcessedAsync(int piece) => Until(() => Streams.All(stream => stream.Processed >= piece * Piece));

    public Task Until(Func<bool> holds) => Wait.Until(holds, seconds: TestSilos.Patience.TotalSeconds);

    public Task<StreamStatus[]> EndAsync() => Task.WhenAll(Streams.Select(stream => stream.Complete())).WaitAsync(TestSilos.Patience, TestContext.Current.CancellationToken);

    /// <summary>Every detection once, in order, equal to the bit.</summary>
    public void AssertExact(int? least = null)
    {
        for (var i = 0; i < _sounds.Length; i++) Assert.Equal(Speech.Expected(Name(i), _sounds[i]), _heard[i]);
        Assert.True(_heard.Sum(heard => heard.Count) >= (least ?? _sounds.Length), $"{_heard.Sum(heard => heard.Count)} detections do not tell much");
    }
}
