using SuRnnStream.Training.Data;
using SuRnnStream.Training.Events;

namespace SuRnnStream.Training;

/// <summary>One training: what `surnn-train fit` was asked for.</summary>
sealed record FitOptions
{
    public required CorpusFolders Folders { get; init; }
    public required SuRnnConfig Config { get; init; }
    public EventOptions? Events { get; init; }          // of a training on streams with events; null: on clips
    public SegmentOptions Segments { get; init; } = new();
    public int Epochs { get; init; } = 60;
    public int BatchSize { get; init; } = 64;
    public double LearningRate { get; init; } = 2e-3;
    public double WeightDecay { get; init; } = 1e-2;
    public double Dropout { get; init; } = 0.1;
    public double OpenInEvents { get; init; } = 0.085;  // rate target in words, a little before and after them, and in speech
    public double OpenInBackground { get; init; } = 0.002; // rate target in all other frames
    public double RatePressure { get; init; } = 4;      // lambda
    public double LeastOpen { get; init; }              // of each neuron's own rate in words: under the mean's pressure alone many never open again
    public double KindsWeight { get; init; }            // of telling all words apart, unknown ones too, in the loss; 0: no second head, as in old trainings
    public (double From, double To) ClosingInBackground { get; init; } = (0.04, 0.30); // part of the training in which that target falls from all open
    public (double From, double To) ClosingInEvents { get; init; } = (0.12, 0.50);      // ... later in words: first learn what is nothing
    public string? StartFrom { get; init; }             // a model whose weights this training begins with
    public bool SwitchesClose { get; init; }            // of that model: they have learned to, the rates are held from the start
    public string? Teacher { get; init; }               // a model whose answers this one learns beside the labels
    public double Distillation { get; init; } = 1;      // weight of that in the loss
    public double Averaging { get; init; } = 0.998;     // decay of the weights' moving average, a step
    public float Threshold { get; init; } = 0.5f;       // of the finished model's detections
    public int Seed { get; init; } = 1;
    public int EpochSegments { get; init; }            // 0: as many as use each clip about once
}
