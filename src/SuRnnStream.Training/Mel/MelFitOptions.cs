namespace SuRnnStream.Training.Mel;

/// <summary>One training in mel planes: what `surnn-train fit-words` was asked for.</summary>
sealed record MelFitOptions
{
    public required string Data { get; init; }
    public string? More { get; init; }
    public string? Teacher { get; init; }                  // folder of the teacher's networks
    public string? Voices { get; init; }                   // folder of synthesised words
    public int Channels { get; init; } = 64;
    public int Blocks { get; init; } = 5;
    public int Hidden { get; init; } = 128;
    public Net.MemoryKind Memory { get; init; }
    public double OpenTarget { get; init; } = 0.15;        // of the heard frames, in which a neuron of a suGRU is to be open
    public int Period { get; init; } = 32;                 // frames that the network gets, from one bank's beginning to the other's
    public int Rest { get; init; } = 10;                   // shut frames after which both banks are begun again
    public float Opening { get; init; } = -3;              // logit above which the frame switch opens
    public int SwitchSteps { get; init; } = 600;           // of the frame switch, trained first and alone
    public int ClipSteps { get; init; } = 3_000;           // of whole words
    public int StreamSteps { get; init; } = 5_000;         // of segments
    public double StreamMinutes { get; init; }             // the stage of segments ends after so long at the latest, its learning rate with it; 0: by steps alone
    public int ClipBatch { get; init; } = 96;
    public int StreamBatch { get; init; } = 48;
    public double ClipRate { get; init; } = 3e-3;          // highest learning rates
    public double StreamRate { get; init; } = 1.5e-3;
    public double WeightDecay { get; init; } = 1e-2;
    public double Averaging { get; init; } = 0.998;        // decay of the weights' moving average, a step
    public double ClipWeight { get; init; } = 1;           // of each word's label, read out once, in the loss
    public double DistillationWeight { get; init; } = 0.5; // of the teacher's numbers and answers
    public double SpeechDistillationWeight { get; init; }  // of the teacher's numbers for running speech; 0: they are not made
    public double VoicePart { get; init; } = 0.18;         // of the words that are synthesised, where there are such
    public double LoudNoise { get; init; }                 // part of the noise of segments that is nearly as loud as the words
    public double Talker { get; init; }                    // part of the segments of words with a talker in the background
    public double HardWeight { get; init; } = 0.15;        // of the hardest twentieth of the frames
    public int EpochSteps { get; init; } = 500;            // a report and a checkpoint each
    public int MineEvery { get; init; } = 2;               // epochs of the stream stage
    public int Seed { get; init; } = 1;

    public MelMixOptions Clips => new() { Frames = 80, SecondWord = 0, NoiseOnly = 0.05, SpeechOnly = 0.16, AfterSpeech = 0, Unknown = 0.28 };
    public MelMixOptions Streams => new() { Talker = Talker, LoudNoise = LoudNoise };
    public MelMixOptions Switch => new() { NoiseOnly = 0.35 }; // more noise than the network meets: the switch decides what noise costs
}
