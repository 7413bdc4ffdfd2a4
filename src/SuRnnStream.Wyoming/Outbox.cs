using System.Threading.Channels;

namespace SuRnnStream.Wyoming;

/// <summary>What waits to be sent to one client. Whoever puts something in never waits; a client that takes too little is cut off.</summary>
sealed class Outbox(Stream to, TimeSpan patience, TimeProvider time, Action cutOff)
{
    const int Most = 1_024; // frames

    readonly Channel<byte[]> _frames = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Most) { SingleReader = true });

    int _cut;

    /// <summary>Any thread. After the end it is lost.</summary>
    public void Send(byte[] frame)
    {
        if (!_frames.Writer.TryWrite(frame) && !_frames.Reader.Completion.IsCompleted && _frames.Reader.Count >= Most) CutOff();
    }

    void CutOff()
    {
        if (Interlocked.Exchange(ref _cut, 1) == 0) cutOff();
    }

    /// <summary>Nothing more comes.</summary>
    public void End() => _frames.Writer.TryComplete();

    /// <summary>Sends until the end.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task RunAsync()
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync())
        {
            using var late = new CancellationTokenSource(patience, time);
            try
            {
                await to.WriteAsync(frame, late.Token);
            }
            catch (OperationCanceledException)
            {
                CutOff();
                return;
            }
        }
    }
}
