namespace SuRnnStream;

/// <summary>What a frame holds of the moments that it covers.</summary>
public enum FrameContent
{
    /// <summary>Every moment's values, oldest first.</summary>
    Samples,

    /// <summary>The mean of each channel.</summary>
    Mean,
}

/// <summary>
/// How the samples of sensors become frames. Part of the model file, as <see cref="FrontEndConfig"/> is for sound. A moment is one sample of
/// every channel; a frame covers <see cref="HopLength"/> moments that no other frame covers.
/// </summary>
public sealed record SensorFrontEndConfig : IFrameTiming
{
    /// <summary>The channels, in the order in which their samples come; 1 to 256, their names all different.</summary>
    public required IReadOnlyList<SensorChannel> Channels { get; init; }

    /// <summary>Moments per second, 0.001 to 1,000,000; need not be whole.</summary>
    public required double SampleRate { get; init; }

    /// <summary>Moments from one frame to the next, 1 to 8,192.</summary>
    public int HopLength { get; init; } = 1;

    /// <summary>What a frame holds of them.</summary>
    public FrameContent Content { get; init; }

    /// <summary>
    /// Time constant of the running mean and scale, at least two moments; zero: values are divided by the channel's scale and no more. Up to
    /// for this many moments after its start a channel uses all of its values; from then on what is older counts less, exponentially. The
    /// scale is the standard deviation. Both know the past and the present value, nothing later.
    /// </summary>
    public TimeSpan NormalizeOver { get; init; }

    /// <summary>True: the values are followed by as many differences, each to the same channel's value before it; 0 for the first.</summary>
    public bool Derivatives { get; init; }

    /// <summary>True: a frame's last number is 1 where any of its values was missing and held, else 0.</summary>
    public bool FlagMissing { get; init; }

    /// <summary>
    /// A missing value (NaN or infinite) is held from before. A channel that comes back after more than this time starts afresh, filters and
    /// scale; where all channels were away, or samples were skipped, for so long, the network does too. From zero.
    /// </summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// An event's landmark is the place of the largest filtered value of the first channel, whatever its sign, within this time up to the end of the frame in which the
    /// event's score was highest. At most a million moments; zero: events have no landmark.
    /// </summary>
    public TimeSpan LandmarkWithin { get; init; }

    /// <summary>
    /// Longest time between two beats of a rhythm in the first channel, such as 2 s for hearts; at least 100 moments. A frame then has five numbers more, before <see cref="FlagMissing"/>'s, that say at its end
    /// how the time since the last beat, the last interval and the one before it compare with the mean of the last intervals, that mean with two fifths of the longest, and the size of the
    /// last beat's slope with that of those before it; each from -4 to 4, as 4 (a - b) / (a + b), held from beat to beat but for the first, 0 where it is not known. Beats are found in the filtered
    /// values as they come, by a threshold; the network decides what they are. Zero: frames know no rhythm.
    /// </summary>
    public TimeSpan RhythmWithin { get; init; }

    /// <summary>What a source calls the time, and its unit, where a <see cref="SensorMap"/> says so. Empty: found by its name.</summary>
    internal (string Name, string Unit) MappedTime { get; init; } = ("", "");

    /// <summary>Numbers in a frame.</summary>
    public int FrameLength => RhythmPlace + (KnowsRhythm ? RhythmTrack.Length : 0) + (FlagMissing ? 1 : 0);

    /// <summary>Time from one frame to the next.</summary>
    public TimeSpan Hop => TimeOf(HopLength);

    internal int ValuesPerFrame => Channels.Count * (Content == FrameContent.Samples ? HopLength : 1);

    internal bool KnowsRhythm => RhythmWithin > TimeSpan.Zero;

    /// <summary>Where a frame's numbers of the rhythm begin.</summary>
    internal int RhythmPlace => ValuesPerFrame * (Derivatives ? 2 : 1);

    int IFrameTiming.HopLength => HopLength * Channels.Count;
    int IFrameTiming.WindowLength => HopLength * Channels.Count;
    int IFrameTiming.Channels => Channels.Count;
    double IFrameTiming.SamplesPerSecond => SampleRate * Channels.Count;
    TimeSpan IFrameTiming.StreamTime(long sample) => TimeOf(sample / Channels.Count);

    /// <summary>When moment number <paramref name="moment"/> is.</summary>
    internal TimeSpan TimeOf(long moment) => new((long)Math.Round(moment / SampleRate * TimeSpan.TicksPerSecond));

    /// <summary>Moments in this time.</summary>
    public double MomentsIn(TimeSpan time) => time.TotalSeconds * SampleRate;

    /// <summary>
    /// The front end that reads every column of a table (CSV) but the time, for recordings that no model is there for yet: channels and units by the heading, the rate by the times of the first few hundred lines.
    /// </summary>
    /// <param name="path">The table: a line of headings such as <c>time [s],acc x [g]</c>, then one for each moment.</param>
    /// <exception cref="InvalidSensorDataException">It has no heading, no channel, or no time to tell its rate by; the message says what to do.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static SensorFrontEndConfig OfTable(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return TableSensor.Of(path);
    }

    /// <summary>Checks the settings.</summary>
    /// <returns>The same settings.</returns>
    /// <exception cref="ArgumentException">A setting is outside its range; the message names it and its value.</exception>
    public SensorFrontEndConfig Validate()
    {
        Require(Channels.Count is >= 1 and <= 256, "1 to 256 channels", Channels.Count);
        Require(SampleRate is >= 0.001 and <= 1_000_000, "a sample rate of 0.001 to 1000000 Hz", SampleRate);
        var names = Channels.Select(channel => channel.Name).ToArray();
        Require(!names.Any(string.IsNullOrWhiteSpace) && names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Length,
            "channel names, all different", string.Join(", ", names));
        foreach (var channel in Channels)
        {
            Require(IsCorner(channel.HighPassHz), $"a high-pass of 0 or {SampleRate / 100_000} to below {SampleRate / 2} Hz for '{channel.Name}'", channel.HighPassHz);
            Require(IsCorner(channel.LowPassHz), $"a low-pass of 0 or {SampleRate / 100_000} to below {SampleRate / 2} Hz for '{channel.Name}'", channel.LowPassHz);
            Require(channel.LowPassHz == 0 || channel.LowPassHz > channel.HighPassHz, $"a low-pass above {channel.HighPassHz} Hz, the high-pass, for '{channel.Name}'", channel.LowPassHz);
            Require(channel.Scale is > 0 and <= float.MaxValue, $"a scale above 0 for '{channel.Name}'", channel.Scale);
            channel.Statistics?.Validate(channel.Name);
        }
        Require(HopLength is >= 1 and <= 8_192, "a hop of 1 to 8192 moments", HopLength);
        Require(Enum.IsDefined(Content), "Samples or Mean as content", Content);
        Require(FrameLength <= 4_096, "at most 4096 numbers in a frame", FrameLength);
        Require(NormalizeOver == TimeSpan.Zero || MomentsIn(NormalizeOver) >= 2, "normalisation over zero or at least two moments", NormalizeOver);
        Require(ResetAfter >= TimeSpan.Zero, "a reset after zero or more", ResetAfter);
        Require(LandmarkWithin >= TimeSpan.Zero && MomentsIn(LandmarkWithin) <= 1_000_000, "a landmark within zero to a million moments", LandmarkWithin);
        Require(RhythmWithin == TimeSpan.Zero || MomentsIn(RhythmWithin) is >= 100 and <= 1_000_000, "a rhythm within zero or 100 to a million moments", RhythmWithin);
        return this;
    }

    bool IsCorner(double hertz) => hertz == 0 || (hertz >= SampleRate / 100_000 && hertz < SampleRate / 2);

    static void Require<T>(bool holds, string what, T value)
    {
        if (!holds) throw new ArgumentException(FormattableString.Invariant($"The sensor front end needs {what}, but has {value}."));
    }
}
