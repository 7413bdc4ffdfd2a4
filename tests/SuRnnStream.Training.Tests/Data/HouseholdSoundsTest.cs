using SuRnnStream.Training.Data;
using Xunit;

namespace SuRnnStream.Training.Tests.Data;

/// <summary>Which recording is for what, by its source and its licence.</summary>
public sealed class HouseholdSoundsTest
{
    [Theory]
    [InlineData("dog_bark/esc10_1-100032-A.wav", "dog_bark", "CC BY 3.0", "dog_bark", true, "Training")]
    [InlineData("dog_bark/esc10_5-203128-B.wav", "dog_bark", "CC BY 3.0", "dog_bark", true, "Reporting")]
    [InlineData("person_sneeze/esc10_4-1-A.wav", "person_sneeze", "CC BY 3.0", "sneeze", true, "Reporting")]
    [InlineData("baby_cry/cry_02c3b725-26e4-4a2c-9336-04ddc58836d9-1-1.7-m-04-hu.wav", "baby_cry", "ODbL 1.0", "baby_cry", true, "Reporting")]
    [InlineData("rooster/esc10_2-1-A.wav", "rooster", "CC BY 3.0", "rooster", false, "Training")]
    public void Recording_IsSortedByFoldAndLicence(string file, string kind, string licence, string label, bool positive, string purpose)
    {
        var sound = HouseholdSounds.Sort(file, kind, licence);
        Assert.Equal((label, positive, purpose), (sound.Label, sound.IsPositive, sound.Purpose.ToString()));
    }

    [Fact]
    public void Demand_IsNeverTrainedOn() =>
        Assert.All(Enumerable.Range(0, 200), n => Assert.NotEqual(SoundPurpose.Training, HouseholdSounds.Sort($"kitchen/snsd_Kitchen_{n}.wav.1000.wav", "kitchen", "MS-SNSD (Freesound, DEMAND)").Purpose));

    [Fact]
    public void CutsOfOneRecording_StayTogether()
    {
        for (var n = 0; n < 30; n++)
        {
            var purposes = Enumerable.Range(0, 5).Select(cut => HouseholdSounds.Sort($"vacuumcleaner/snsd_VacuumCleaner_{n}.wav.{1_000 * cut}.wav", "vacuumcleaner", "MS-SNSD (Freesound, DEMAND)")).ToArray();
            Assert.Single(purposes.Select(sound => (sound.Purpose, sound.Source)).Distinct());
        }
        Assert.Equal("freesound-203128", HouseholdSounds.SourceOf("dog_bark/esc10_5-203128-A.wav")); // A and B are of one recording
        Assert.Equal(HouseholdSounds.SourceOf("baby_cry/cry_8f4dbf5a-b504-4452-b6ac-94e646a6a052-1430729451597-1.7-f-72-hu.wav"), HouseholdSounds.SourceOf("baby_cry/cry_8f4dbf5a-b504-4452-b6ac-94e646a6a052-1430735028906-1.7-f-72-hu.wav"));
    }
}
