using static SuRnnStream.OptionCheck;

namespace SuRnnStream;

/// <summary>When a score counts as an event. A model file carries the values it was tuned with.</summary>
public sealed record DetectorOptions
{
    /// <summary>Smoothed score at which an event begins, in (0, 1).</summary>
    public float Threshold { get; init; } = 0.5f;

    /// <summary>Thresholds of single labels where they differ from <see cref="Threshold"/>, each in (0, 1).</summary>
    public IReadOnlyDictionary<string, float> Thresholds { get; init; } = new Dictionary<string, float>();

    /// <summary>A label can fire again once its smoothed score has fallen below Release times its threshold; in (0, 1).</summary>
    public float Release { get; init; } = 0.6f;

    /// <summary>Part of the previous frame's smoothed score that is kept, in [0, 1): 0 is no smoothing.</summary>
    public float Smoothing { get; init; } = 0.5f;

    /// <summary>Least stream time between two detections of the same label; zero to less than a day.</summary>
    public TimeSpan Refractory { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Stream time from the first crossing of a threshold to the verdict, in which labels compete: the highest score wins. Zero to less than a day.</summary>
    public TimeSpan DecisionWindow { get; init; } = TimeSpan.FromMilliseconds(120);

    /// <summary>
    /// Stream time after a start, or after a gap that resets a model of sensors, in which nothing is detected, because filters and scale have
    /// had too little data: what reaches its threshold in it has to fall below its release level first. Zero, which is none, to less than a day.
    /// </summary>
    public TimeSpan Settle { get; init; }

    /// <summary>
    /// What makes an event of the scores. <see cref="With(GateRule)"/> takes over the settings that go with a rule: a threshold of one says nothing
    /// under another.
    /// </summary>
    public GateRule Rule { get; init; }

    /// <summary>What a burst is, and how it is scored. For the rules Bursts and Talk.</summary>
    public BurstOptions Burst { get; init; } = new();

    /// <summary>How candidates are confirmed. For the rule Talk.</summary>
    public TalkOptions Talk { get; init; } = new();

    /// <summary>True: every neuron is evaluated in every frame, as if nothing could be skipped. The detections are the same.</summary>
    public bool Dense { get; init; }

    /// <summary>
    /// True: detections of sound say how loud they were (<see cref="Detection.Level"/>, <see cref="Detection.LevelAboveFloor"/>), for arbitration between
    /// devices. Costs 4 kB a stream. Read when a detector is made.
    /// </summary>
    public bool Level { get; init; }

    /// <summary>
    /// A second look: what the network proposes is detected only if this confirms it, by its own rule; thresholds, smoothing and decision window then
    /// decide nothing, and <see cref="Refractory"/> holds. The user's choice, not kept in a model file. Null: there is none.
    /// </summary>
    public IVerifier? Verifier { get; init; }

    /// <summary>
    /// False: of a model with a second look of its own (<see cref="SuRnnConfig.Verifier"/>) the first stage alone detects, at thresholds for that, which
    /// <see cref="SuRnnModel.FirstStage"/> has. The user's choice, not kept in a model file.
    /// </summary>
    public bool Verify { get; init; } = true;

    /// <summary>
    /// The same with another rule and the threshold, smoothing and decision window that were chosen for it with the shipped commands model, one for
    /// all labels; as they are where the rule is the same. Thresholds of single labels go, and the model's own second look: of another model choose both by <c>surnn evaluate</c>.
    /// </summary>
    public DetectorOptions With(GateRule rule) => rule == Rule ? this : rule switch
    {
        GateRule.Bursts => this with { Rule = rule, Verify = false, Threshold = 0.25f, Thresholds = None, Smoothing = 0.8f },
        GateRule.Talk => this with { Rule = rule, Verify = false, Threshold = 0.41f, Thresholds = None, Smoothing = 0.9f, DecisionWindow = TimeSpan.FromMilliseconds(300) },
        _ => this with { Rule = rule, Verify = false, Threshold = 0.5f, Thresholds = None, Smoothing = 0.8f, DecisionWindow = TimeSpan.FromMilliseconds(200) },
    };

    /// <summary>The rule in force in one line: what makes an event, from which score, how soon again.</summary>
    /// <param name="config">The model's.</param>
    public string Describe(SuRnnConfig config)
    {
        if (Verifier is not null) return Text($"a second look decides, {Rest()}");
        if (config.Words is not null) return Text($"enrolled words decide: bursts against a word space, threshold {Threshold}{Own()}, {Rest()}");
        if (config.Verifier is not null && Verify) return Text($"{Rule} and the model's second look, threshold {Threshold}{Own()}, {Rest()}");
        return Text($"{Rule}{DescribeRule(config)}, threshold {Threshold}{Own()}, smoothing {Smoothing}, {Rest()}");

        string Own() => Thresholds.Count == 0 ? "" : $" ({string.Join(", ", Thresholds.Select(one => Text($"{one.Value} for {one.Key}")))})";
        string Rest() => Text($"then none of the same label for {Refractory.TotalMilliseconds} ms") + (Settle > TimeSpan.Zero ? Text($", nothing in the first {Settle.TotalMilliseconds} ms") : "");
    }

    /// <summary>What the rule asks for beside a threshold, in words, after a colon; empty for <see cref="GateRule.Scores"/>. A part of <see cref="Describe"/>.</summary>
    /// <param name="config">Of the model: what a burst is depends on its memory.</param>
    public string DescribeRule(SuRnnConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (Rule == GateRule.Scores) return "";
        var what = Text($": bursts of {(config.KnowsHeard ? "heard frames that are not silence" : Text($"{Burst.OpenPart:0.###} of the switches"))}, {Burst.Calm.TotalMilliseconds} ms of calm, ");
        return Rule == GateRule.Talk
            ? what + Text($"at most {Burst.Longest.TotalSeconds} s, calm within {Talk.CalmWithin.TotalMilliseconds} ms, veto {Talk.Veto} in the last {Talk.VetoBack.TotalMilliseconds} ms")
            : what + Text($"{Burst.Shortest.TotalSeconds} to {Burst.Longest.TotalSeconds} s; weights {Burst.Before} of the background in {Burst.LookBack.TotalSeconds} s before, {Burst.After} after, {Burst.Second} of the second label");
    }

    /// <summary>When a label that has reached its threshold is reported, in words.</summary>
    /// <param name="config">Of the model: what a burst is depends on its memory.</param>
    public string DescribeDecision(SuRnnConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Rule == GateRule.Bursts
            ? Text($"{Burst.Calm.TotalMilliseconds} ms after the burst's last {(config.KnowsHeard ? "frame" : "open switch")}")
            : Text($"{DecisionWindow.TotalMilliseconds} ms after the threshold{(Rule == GateRule.Talk ? Text($", at calm within {Talk.CalmWithin.TotalMilliseconds} ms") : "")}");
    }

    static string Text(FormattableString text) => FormattableString.Invariant(text);

    static readonly IReadOnlyDictionary<string, float> None = new Dictionary<string, float>();

    /// <summary>Checks the options for a model before a detector is made, as its constructor does: for whoever takes them from a user or a file.</summary>
    /// <param name="config">The model's.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">A value is outside its range, or the model has no switches for the rule; the message names it.</exception>
    public DetectorOptions Validate(SuRnnConfig config)
    {
        Validate(config.Labels);
        foreach (var (i, layer) in config.Layers.Index())
        {
            if (Rule == GateRule.Scores || layer.SeesInput || config.KnowsHeard) continue;
            throw new ArgumentException($"The rule {Rule} needs switches that see what is heard (Event, Both or Increase), but those of layer {i} are {layer.Switch}: use the rule {GateRule.Scores}.");
        }
        return this;
    }

    /// <summary>The same where only the labels are known, as of a model that runs on another machine.</summary>
    /// <param name="labels">The model's.</param>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    public DetectorOptions Validate(IReadOnlyList<string> labels)
    {
        Require(Threshold is > 0 and < 1, nameof(Threshold), Threshold, "(0, 1)");
        foreach (var (label, threshold) in Thresholds)
        {
            Require(threshold is > 0 and < 1, $"the threshold of '{label}'", threshold, "(0, 1)");
            if (!labels.Contains(label)) throw new ArgumentException($"There is a threshold for '{label}', but the model has {string.Join(", ", labels)}.");
        }
        Require(Release is > 0 and < 1, nameof(Release), Release, "(0, 1)");
        Require(Smoothing is >= 0 and < 1, nameof(Smoothing), Smoothing, "[0, 1)");
        RequireTime(nameof(Refractory), Refractory);
        RequireTime(nameof(DecisionWindow), DecisionWindow);
        RequireTime(nameof(Settle), Settle);
        Require(Enum.IsDefined(Rule), nameof(Rule), Rule, $"{string.Join(", ", Enum.GetNames<GateRule>())}");
        Burst.Validate();
        Talk.Validate();
        return this;
    }

    /// <summary>A day and more is no time between events but a slip: .NET reads a bare number of a configuration as days.</summary>
    static void RequireTime(string name, TimeSpan value) =>
        Require(value >= TimeSpan.Zero && value < TimeSpan.FromDays(1), name, value, "0 to 23:59:59 (hours:minutes:seconds)");
}
