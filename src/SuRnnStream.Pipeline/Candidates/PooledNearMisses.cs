namespace SuRnnStream;

/// <summary>What a pool's stream nearly detects, its commands too, with the sound around it. The worker's whose turn it is.</summary>
sealed class PooledNearMisses
{
    readonly PooledStreamOptions _options;
    readonly DetectionHub _hub;

    PooledNearMisses(PooledStreamOptions options, NearMissOptions wanted, string name, SuRnnModel model, DetectionHub hub)
    {
        (_options, _hub) = (options, hub);
        Sounds = new SoundKeeper(model.Config.RequireSoundDetector().SampleRate, wanted.Validate().Before);
        ForCommands = new PipelineOptions { SourceName = name, NearMisses = wanted, OnNearMiss = Keep };
        Candidates = CandidateStage.For(ForCommands with { OnCandidate = hub.Guarded(options.OnCandidate) }, null, model)!;
        Candidates.Sounds = Sounds;
    }

    /// <summary>Null: nobody asks, which costs nothing.</summary>
    /// <exception cref="ArgumentException">An option lies outside its range, or the model detects events of sensors.</exception>
    public static PooledNearMisses? For(PooledStreamOptions options, string name, SuRnnModel model, DetectionHub hub) =>
        options.NearMisses is { } wanted ? new(options, wanted, name, model, hub) : null;

    public SoundKeeper Sounds { get; }

    public CandidateStage Candidates { get; }

    /// <summary>How the stream's commands are to be followed.</summary>
    public PipelineOptions ForCommands { get; }

    /// <summary>While the stream is muted nothing of it counts, and nothing is kept.</summary>
    public MuteGate? Muting { get; set; }

    void Keep(NearMiss miss)
    {
        if (_options.OnNearMiss is not { } keep || Muting?.MutedFor > TimeSpan.Zero) miss.Sound.Release();
        else _hub.Guard(keep, miss);
    }
}
