namespace SuRnnStream.Training.Data;

/// <summary>Where a training's stretches come from.</summary>
interface IStretchSource
{
    /// <summary>Stretches that use the training data about once.</summary>
    int PerEpoch { get; }

    /// <summary>Stretch n of epoch e is the same in every run of a seed, whichever thread makes it.</summary>
    Stretch Make(int epoch, int number);
}
