namespace SuRnnStream.Training.SecondLook;

/// <summary>A burst of open switches, which a second look is asked about.</summary>
/// <param name="Start">First sample of its first frame.</param>
/// <param name="End">After the last sample of its last open frame's window.</param>
/// <param name="Known">After the last sample that was needed to know that it is over.</param>
/// <param name="Before">Highest score of <em>unknown</em> before it, see <see cref="VerifierRule.Back"/>.</param>
/// <param name="Own">[Labels] the network's highest scores within it.</param>
/// <param name="After">[Labels] the highest score of <em>unknown</em> within it after each of them; null: not asked for.</param>
sealed record Burst(long Start, long End, long Known, float Before, float[] Own, float[]? After = null)
{
    public long Length => End - Start;
}
