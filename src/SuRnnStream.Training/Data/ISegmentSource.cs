namespace SuRnnStream.Training.Data;

/// <summary>Where a training's segments come from.</summary>
interface ISegmentSource
{
    /// <summary>Segments that use the training data about once.</summary>
    int PerEpoch { get; }

    /// <summary>Segment n of epoch e is the same in every run of a seed, whichever thread makes it.</summary>
    Segment Make(int epoch, int number);
}
