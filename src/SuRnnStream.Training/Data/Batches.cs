using System.Threading.Channels;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Data;

/// <summary>Segments of one step, stacked.</summary>
/// <param name="Frames">[B, T, Bands].</param>
/// <param name="Answer">[T, B, 1] label index.</param>
/// <param name="OrAnswer">[T, B, 1] label index that will do as well.</param>
/// <param name="Kind">[T, B] the word said where its label must stand, else -1.</param>
/// <param name="InEvent">[T, B] 1 in words, a little before and after them, and in running speech.</param>
sealed record Batch(Tensor Frames, Tensor Answer, Tensor OrAnswer, Tensor Kind, Tensor InEvent) : IDisposable
{
    public void Dispose()
    {
        Frames.Dispose();
        Answer.Dispose();
        OrAnswer.Dispose();
        Kind.Dispose();
        InEvent.Dispose();
    }

    public static Batch Stack(IReadOnlyList<Segment> segments, int bands)
    {
        var (batch, frames) = (segments.Count, segments[0].Frames);
        var features = new float[batch * frames * bands];
        var inEvent = new float[frames * batch];
        long[] answer = new long[frames * batch], orAnswer = new long[frames * batch], kind = new long[frames * batch];
        for (var b = 0; b < batch; b++)
        {
            segments[b].Features.CopyTo(features, b * frames * bands);
            for (var t = 0; t < frames; t++)
            {
                var at = t * batch + b;
                (answer[at], orAnswer[at], kind[at]) = (segments[b].Answer[t], segments[b].OrAnswer[t], segments[b].Kind[t]);
                inEvent[at] = segments[b].InEvent[t] ? 1 : 0;
            }
        }
        return new Batch(tensor(features, [batch, frames, bands]), tensor(answer, [frames, batch, 1]), tensor(orAnswer, [frames, batch, 1]), tensor(kind, [frames, batch]), tensor(inEvent, [frames, batch]));
    }
}

/// <summary>Makes the segments of an epoch ahead of their use, on two threads, in an order that does not depend on them.</summary>
static class BatchQueue
{
    const int Ahead = 6;

    public static IEnumerable<Batch> Epoch(ISegmentSource maker, int epoch, int batches, int batchSize, int bands)
    {
        var queue = Channel.CreateBounded<Task<Segment[]>>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var turns = new SemaphoreSlim(2); // a segment that is being made when an epoch is stopped still gives its turn back
        using var stop = new CancellationTokenSource();
        var producer = Task.Run(async () =>
        {
            try
            {
                for (var n = 0; n < batches; n++)
                {
                    var first = n * batchSize;
                    await queue.Writer.WriteAsync(Task.Run(async () =>
                    {
                        await turns.WaitAsync();
                        try { return Enumerable.Range(first, batchSize).Select(i => maker.Make(epoch, i)).ToArray(); }
                        finally { turns.Release(); }
                    }), stop.Token);
                }
                queue.Writer.Complete();
            }
            catch (Exception error)
            {
                queue.Writer.Complete(error);
            }
        });
        try
        {
            while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                while (queue.Reader.TryRead(out var segments)) yield return Batch.Stack(segments.GetAwaiter().GetResult(), bands);
            producer.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel(); // when an epoch is stopped early
            producer.GetAwaiter().GetResult();
        }
    }
}
