namespace SuRnnStream.Training.Arguments;

/// <summary>Options of a training of convolutions and recurrent layers on segments: its network, and its course.</summary>
abstract record NetArguments : TrainingArguments
{
    [Option("Length of a segment.")]
    public double Seconds { get; init; }

    [Option("rnn, gru or lstm.")]
    public CellKind Cell { get; init; } = CellKind.Gru;

    [Option("event, harmonic, both, or none (the dense twin).")]
    public SwitchKind Switch { get; init; } = SwitchKind.Event;

    [Option("Neurons a layer.")]
    public int Hidden { get; init; }

    [Option("Recurrent layers.")]
    public int Layers { get; init; } = 1;

    [Option("Separable convolutions after the first full one.")]
    public int Blocks { get; init; }

    [Option("Epochs in all, a resumed training's earlier ones included.")]
    public int Epochs { get; init; }

    [Option("Segments an epoch; 0: about one use of the data.")]
    public int Segments { get; init; }

    [Option("Segments a step.")]
    public int Batch { get; init; } = 64;

    [Option("Highest learning rate.")]
    public double LearningRate { get; init; }

    [Option("Wanted part of open switches in events, and of words in speech too.")]
    public double Open { get; init; }

    [Option("Score at which the finished model's detections begin.")]
    public float Threshold { get; init; }

    [Option("Float32 model file of the same shape, dense or not, whose weights this training begins with. Words may be others; frames of sensors may lack the rhythm.")]
    public string? Start { get; init; }

    /// <summary>The recurrent layers.</summary>
    public IEnumerable<RecurrentLayer> RecurrentLayers => Enumerable.Repeat(new RecurrentLayer(Cell, Hidden, Switch, Switch is SwitchKind.Harmonic or SwitchKind.Both ? 8 : 0), Layers);

    /// <exception cref="ArgumentException">The switches are a baseline that does not learn.</exception>
    public void RequireLearningSwitch()
    {
        if (Switch == SwitchKind.Random) throw new ArgumentException("Random switches learn nothing, they are a baseline of surnn-research: choose --switch event, harmonic, both or none.");
    }
}
