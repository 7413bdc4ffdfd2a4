namespace SuRnnStream.Training.SecondLook;

/// <summary>A burst of open switches, which a second look is asked about.</summary>
/// <param name="Start">First sample of its first frame.</param>
/// <param name="End">After the last sample of its last open frame's window.</param>
/// <param name="Known">After the last sample that was needed to know that it is over.</param>
/// <param name="Before">Highest score of <em>unknown</em> before it, see <see cref="VerifierRule.Back"/>.</param>
/// <param name="Own">[Labels] the network's highest scores within it.</param>
sealed record Burst(long Start, long End, long Known, float Before, float[] Own)
{
    public long Length => End - Start;
}
