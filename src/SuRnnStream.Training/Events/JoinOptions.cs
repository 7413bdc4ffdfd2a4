namespace SuRnnStream.Training.Events;

/// <summary>
/// How segments are joined from recordings of single events and from backgrounds, which are recordings without any. Times are seconds; what is
/// said of an amount is its limit, up to which it is drawn.
/// </summary>
sealed record JoinOptions
{
    public double EventPart { get; init; } = 0.4;      // of the pieces
    public double CutShort { get; init; } = 0.2;       // of the pieces: recordings of events that break off before the event is over, which are none
    public double Shortest { get; init; } = 0.8;       // piece of background
    public double Longest { get; init; } = 5;
    public double Blend { get; init; } = 0.3;          // over which a piece fades into the next
    public double Speed { get; init; } = 0.22;         // exponent: e^0.22 is 1.25 times as fast
    public double Gain { get; init; } = 0.22;          // exponent
    public double Noise { get; init; } = 0.06;         // deviation, of the channel's scale
    public double Gaps { get; init; } = 0.03;          // part of the segments in which some values are missing
    public IReadOnlyList<string> Vectors { get; init; } = []; // NAME: the channels NAME x, NAME y and NAME z turn together
    public double Turn { get; init; } = 15;            // degrees about any axis
    public double Roll { get; init; }                  // degrees about the first axis, in half of the segments
}
