namespace SuRnnStream;

/// <summary>
/// This project's extension: one switch for a whole frame. A small GRU looks at ten groups of bands (level above a slow floor, change, held peak)
/// and says whether anything goes on; where nothing does, everything after it is zero by definition and costs nothing, then or later. Digital
/// silence opens nothing and leaves the GRU as it was; it is heard within the hangover alone.
/// </summary>
/// <param name="Hidden">Neurons of the GRU, 1 to 256.</param>
/// <param name="Opening">The GRU's output above which a frame is heard.</param>
/// <param name="Hangover">Frames that are heard after the last one above <paramref name="Opening"/>, 0 to 100.</param>
/// <param name="Lead">Frames before an opening that are heard too, then and not earlier, 0 to 8.</param>
public sealed record FrameSwitch(int Hidden, float Opening, int Hangover, int Lead)
{
    /// <exception cref="ArgumentException">A setting is outside its range.</exception>
    internal void Validate()
    {
        if (Hidden is not (>= 1 and <= 256) || !float.IsFinite(Opening) || Hangover is not (>= 0 and <= 100) || Lead is not (>= 0 and <= 8))
            throw new ArgumentException($"The model needs a frame switch of 1 to 256 neurons, a finite opening, a hangover of 0 to 100 frames and a lead of 0 to 8, but has {this}.");
    }
}
