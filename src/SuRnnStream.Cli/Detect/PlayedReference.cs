namespace SuRnnStream.Cli;

/// <summary>What <c>--reference</c> adds to a run.</summary>
static class PlayedReference
{
    /// <summary>The same options, with the rule for what the loudspeaker plays. Null: as they are.</summary>
    public static PipelineOptions With(this PipelineOptions options, ISampleSource? reference, bool live, SuRnnModel model)
    {
        if (reference is null) return options;
        var rate = model.Config.RequireFrontEnd().SampleRate;
        return options with
        {
            Decisions = new DecisionOptions { Loudspeaker = new LoudspeakerOptions() },
            Played = live ? PlayedSound.Live(reference, rate) : PlayedSound.Recording(reference, rate),
        };
    }

    /// <summary>Says on standard error how many detections did not count, where a rule held some back.</summary>
    public static void TellHeldBack(this Terminal terminal, string name, PipelineCounters counters)
    {
        if (counters.Decisions.OwnLoudspeaker is > 0 and var own)
            terminal.Complain(FormattableString.Invariant($"{name}: {own} of {counters.Decisions.Seen} detections were this machine's own loudspeaker and do not count"));
    }
}
