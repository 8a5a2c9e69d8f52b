"""A request's DataLoaders, over the sources of the process."""

from strawberry.dataloader import DataLoader

from benchmarks.ordinary.sources import Sources


class Loaders:
    """One request's loaders: what several of its fields ask for is looked for once."""

    def __init__(self, sources: Sources) -> None:
        self.patients = DataLoader(sources.patients.load)
        self.patients_of_dependents = DataLoader(sources.patients_of_dependents.load)
        self.related_persons = DataLoader(sources.related_persons.load)
        self.coverages = DataLoader(sources.coverages.load)
        self.organizations = DataLoader(sources.organizations.load)
        self.person_informations = DataLoader(sources.person_informations.load)
        self.dependents = DataLoader(sources.dependents.load)
        self.catalogue = DataLoader(sources.catalogue.load)
        self.checks = DataLoader(sources.checks.load)
