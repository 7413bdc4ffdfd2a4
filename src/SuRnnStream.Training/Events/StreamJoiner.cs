namespace SuRnnStream.Training.Events;

/// <summary>
/// Joins recordings one after the other as one stream. Each fades into the next along a cosine, so that there is no step, whatever the two are: a
/// join then says nothing about what follows it.
/// </summary>
sealed class StreamJoiner(int channels)
{
    readonly List<float>[] _channels = [.. Enumerable.Range(0, channels).Select(_ => new List<float>())];
    readonly List<StreamEvent> _events = [];

    public int Moments => _channels[0].Count;

    /// <param name="piece">[channels][moments].</param>
    /// <param name="events">What happens in it, by the moments of the piece.</param>
    /// <param name="blend">Moments of it that lie over the stream's last; fewer where there are not as many.</param>
    public void Append(float[][] piece, IEnumerable<StreamEvent> events, int blend)
    {
        blend = Math.Min(blend, Math.Min(Moments, piece[0].Length));
        var from = Moments - blend;
        for (var c = 0; c < piece.Length; c++)
        {
            var stream = _channels[c];
            for (var m = 0; m < blend; m++)
            {
                var part = 0.5f - 0.5f * MathF.Cos(MathF.PI * (m + 1) / (blend + 1));
                stream[from + m] += part * (piece[c][m] - stream[from + m]);
            }
            stream.AddRange(piece[c].AsSpan(blend));
        }
        _events.AddRange(events.Select(happened => happened with { Moment = from + happened.Moment }));
    }

    /// <summary>What was joined so far.</summary>
    public EventStream ToStream(string name) => new(name, [.. _channels.Select(channel => channel.ToArray())], [], [.. _events.OrderBy(happened => happened.Moment)], []);
}
