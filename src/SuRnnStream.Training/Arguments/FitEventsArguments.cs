namespace SuRnnStream.Training.Arguments;

/// <summary>Options of `surnn-train fit-events`.</summary>
sealed record FitEventsArguments : NetArguments
{
    public FitEventsArguments() => (Seconds, Hidden, Blocks, Epochs, LearningRate, Open, Threshold) = (8, 48, 4, 40, 3e-3, 0.2, 0.35f);

    [Option("Folder of WFDB records (NAME.hea, NAME.atr) and tables (NAME.csv, and NAME.labels.csv with lines time,label).")]
    public required string Data { get; init; }

    [Option("Channels that the model takes, with commas between, each with its unit: \"acc x [g]\".")]
    public required string Channels { get; init; }

    [Option("Their moments per second.")]
    public required double Rate { get; init; }

    [Option("Names of the recordings to judge by, with commas between, * for anything: not trained on.")]
    public required string HoldBack { get; init; }

    [Option("What the annotations' codes mean: LABEL=CODE CODE;LABEL|OTHER=CODE. Default: heartbeats.")]
    public string Labels { get; init; } = EventLabels.HeartBeats;

    [Option("What the recordings call the channels, and their units where they say none: \"acc x=ax [g],acc y=ay [g]\".")]
    public string Map { get; init; } = "";

    [Option("Moments from one frame to the next.")]
    public int Hop { get; init; } = 9;

    [Option("What a frame holds of its moments: samples, or their mean.")]
    public FrameContent Content { get; init; } = FrameContent.Samples;

    [Option("Corner of the channels' high-pass in Hz; 0: none.")]
    public double HighPass { get; init; } = 0.7;

    [Option("Corner of their low-pass in Hz; 0: none.")]
    public double LowPass { get; init; } = 40;

    [Option("Least of their running scale, in their unit.")]
    public double Scale { get; init; } = 0.02;

    [Option("Seconds over which mean and scale run; 0: neither does.")]
    public double Normalize { get; init; } = 5;

    [Option("Seconds before a score's peak in which an event's landmark is looked for; 0: events have none.")]
    public double Landmark { get; init; } = 0.26;

    [Option("Longest seconds between two beats of the first channel's rhythm, which frames then tell; 0: they do not.")]
    public double Rhythm { get; init; }

    [Option("When a label may, must and must not hold, seconds after its event: BEFORE,FIRST,SURE,UNTIL,GONE; from BEFORE ahead of it to GONE a frame is in the event. Default: the heartbeat's.")]
    public string LabelTimes { get; init; } = "";

    [Option("Seconds between an event and a detection that finds it.")]
    public double Tolerance { get; init; } = 0.15;

    [Option("Least seconds between two detections of a label.")]
    public double Refractory { get; init; } = 0.2;

    [Option("The recordings are brief and end with their event, or are backgrounds without events: segments are joined from pieces of them.")]
    public bool Join { get; init; }

    [Option("Of joined recordings, with commas between: V means the channels \"V x\", \"V y\" and \"V z\", which turn together.")]
    public string Vectors { get; init; } = "";

    [Option("Degrees by which these turn at most, about any axis.")]
    public double Turn { get; init; } = 15;

    [Option("Degrees by which they turn at most about their first axis, in half of the segments.")]
    public double Roll { get; init; }

    [Option("Channels of the convolutions in front.")]
    public int Width { get; init; } = 32;

    [Option("Frames that each of the separable convolutions sees.")]
    public int Kernel { get; init; } = 9;

    [Option("Frames from one that they see to the next, of each of these, with commas between: 1,1,2,2; default: 1.")]
    public string Dilations { get; init; } = "";

    [Option("Part of the values that is dropped in training, after the convolutions and before the head.")]
    public double Dropout { get; init; } = 0.1;

    [Option("Of models that take one channel: part of the segments that are taken from somewhere between it and another of the recording.")]
    public double OtherChannels { get; init; } = 0.25;

    [Option("Wanted part of open switches in the background.")]
    public double OpenBackground { get; init; } = 0.005;
}
